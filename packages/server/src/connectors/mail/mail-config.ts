/** The mail section of the configuration: one SMTP relay of the firm, and the address that mails come from. */
import { z } from 'zod';

const LOCAL = ['127.0.0.1', '::1', 'localhost'];

export const mailSchema = z
  .object({
    smtp: z
      .object({
        host: z.string().min(1).max(253),
        port: z.int().min(1).max(65_535),
        /** True: TLS from the first byte (usually port 465). Otherwise STARTTLS is demanded, except on this machine. */
        secure: z.boolean().default(false),
        user: z.string().min(1).max(300).optional(),
        password: z.string().min(1).max(500).optional(),
      })
      .strict(),
    from: z.email().max(254),
    /** What stands beside the address. */
    fromName: z
      .string()
      .max(100)
      .regex(/^[^\p{Cc}<>"]*$/u, 'no control characters, quotes or angle brackets')
      .default(''),
  })
  .strict();
export type MailConfig = z.infer<typeof mailSchema>;

/** Whether a relay is on this machine, where TLS adds nothing. */
export const isLocalRelay = ({ smtp }: MailConfig): boolean => LOCAL.includes(smtp.host);

/**
 * One SMTP listener on 127.0.0.1 for monitors that can only write e-mail. A source signs in with its id and token and
 * writes to <id>@<domain>; a mail is accepted only when its alarm is durable, so a sender that was told no keeps it.
 */
import { faultOf } from '@sonae/core/kernel/errors.ts';
import { isoTime, SECOND_MS } from '@sonae/core/kernel/time.ts';
import { readMail } from '@sonae/core/nouns/sentinels/sources/mail.ts';
import PostalMime from 'postal-mime';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import type { Gatherer } from './gather.ts';
import { type IntakeConfig, type IntakeSource, readingOf } from './intake-config.ts';
import { isToken } from './who-sent.ts';

const MAIL_BYTES_MAX = 256 * 1024;
const MAIL_CLIENTS_MAX = 50;
const MAIL_NESTING_MAX = 16;
const MAIL_HEADERS_BYTES_MAX = 64 * 1024;
const MAIL_SILENT_MS = 30 * SECOND_MS;

type MailSource = Extract<IntakeSource, { kind: 'mail' }>;
export type MailListening = { readonly port: number; close(): Promise<void> };

/** @param now the log's clock, milliseconds  @param onFailure is told of broken connections and of defects */
export async function listenForMail(
  config: IntakeConfig,
  gatherer: Gatherer,
  now: () => number,
  onFailure: (error: unknown) => void,
): Promise<MailListening | null> {
  const { mail } = config;
  if (mail === undefined) return null;
  const isMail = (source: IntakeSource): source is MailSource => source.kind === 'mail';
  const sources = new Map(config.sources.filter(isMail).map((source) => [source.id, source]));
  const smtp = new SMTPServer({
    name: mail.domain,
    size: MAIL_BYTES_MAX,
    maxClients: MAIL_CLIENTS_MAX,
    socketTimeout: MAIL_SILENT_MS,
    closeTimeout: SECOND_MS,
    // Loopback only; what comes from elsewhere comes through the firm's own relay.
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    authMethods: ['PLAIN', 'LOGIN'],
    authOptional: false,
    onAuth: (auth, _session, done) => {
      const username = auth.username ?? '';
      const isKnown = isToken(sources.get(username), auth.password ?? '');
      if (isKnown) done(null, { user: username });
      else done(smtpError(535, 'no source has this id and token'));
    },
    onRcptTo: ({ address }, { user }, done) => {
      const isOwn = address.toLowerCase() === `${user}@${mail.domain}`.toLowerCase();
      done(isOwn ? null : smtpError(550, `this source writes to ${user}@${mail.domain}`));
    },
    onData: (stream, session, done) => {
      receive(stream, session, sources, gatherer, now).then(
        () => done(null),
        (error: unknown) => {
          const fault = faultOf(error);
          if (fault.code === 'internal.defect') onFailure(error);
          done('responseCode' in (error as object) ? (error as Error) : smtpError(451, fault.message));
        },
      );
    },
  });
  smtp.on('error', onFailure);
  await new Promise<void>((resolve, reject) => {
    smtp.server.once('error', reject);
    smtp.listen(mail.port, '127.0.0.1', () => resolve());
  });
  const address = smtp.server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : mail.port,
    close: () => new Promise((resolve) => smtp.close(() => resolve())),
  };
}

async function receive(
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
  sources: ReadonlyMap<string, MailSource>,
  gatherer: Gatherer,
  now: () => number,
): Promise<void> {
  const source = sources.get(String(session.user));
  const parts: Uint8Array[] = [];
  let size = 0;
  // Read to its end in any case: the client listens only then.
  for await (const part of stream as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size <= MAIL_BYTES_MAX) parts.push(part);
  }
  if (size > MAIL_BYTES_MAX) throw smtpError(552, `a mail may have ${MAIL_BYTES_MAX} bytes`);
  if (source === undefined) throw smtpError(530, 'sign in first');
  const limits = { maxNestingDepth: MAIL_NESTING_MAX, maxHeadersSize: MAIL_HEADERS_BYTES_MAX };
  const parsed = await new PostalMime(limits).parse(Buffer.concat(parts)).catch((error: Error) => {
    throw smtpError(554, `this is no mail: ${error.message.slice(0, 200)}`);
  });
  const message = {
    subject: parsed.subject ?? '',
    messageId: parsed.messageId ?? '',
    headers: parsed.headers.map(({ key, value }) => [key.toLowerCase(), value] as const),
    date: parsed.date ?? '',
  };
  const at = isoTime(now());
  await gatherer.add(source.id, readMail(message, readingOf(source, at), source.idHeader ?? null));
}

function smtpError(responseCode: number, message: string): Error & { responseCode: number } {
  return Object.assign(new Error(message), { responseCode });
}

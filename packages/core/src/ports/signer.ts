/** The log's own signing key. The private half never leaves the adapter. */
export type LogSigner = {
  /** The log's origin, also the key's name in notes. */
  readonly origin: string;
  /** signed-note verifier key (`name+hash+base64`). */
  readonly verifierKey: string;
  /** Ed25519 over exactly these bytes; 64 bytes. */
  sign(message: Uint8Array): Uint8Array;
  /** A complete signed note over `text`. */
  signNote(text: string): string;
};

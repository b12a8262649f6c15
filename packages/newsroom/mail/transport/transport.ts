import type { Message } from '../compose.ts';

/** How handing over one letter ended. */
export type Outcome =
  | { kind: 'sent'; reply: string }
  /** The server refused this letter for good, or for now. `isAddress`: because of whom it is for. */
  | { kind: 'refused'; error: string; isPermanent: boolean; isAddress: boolean }
  /** Nothing is wrong with the letter: the server cannot be reached, does not take our password, is closing. */
  | { kind: 'unavailable'; error: string }
  /** The connection ended between the end of the letter and the answer: it may have been taken. */
  | { kind: 'unknown'; error: string };

export interface Transport {
  /** For people: 'smtp://mail.example.org:587', 'files in …/outbox'. Never holds a password. */
  readonly name: string;
  /**
   * Hands over one letter.
   * @param enterDoubt awaited before the last byte goes out; from then until the outcome it may or may not have been
   *   taken. Its signal aborts when there is nothing left to send the last byte to.
   */
  deliver(message: Message, enterDoubt: (signal: AbortSignal) => Promise<void>): Promise<Outcome>;
  /** Lets connections that nobody uses go. */
  close(): Promise<void>;
}

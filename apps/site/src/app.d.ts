import type { IncomingMessage } from 'node:http';
import type { Acting } from '@broadsheet/newsroom/accounts';

declare global {
  namespace App {
    interface Locals {
      /** Who asks, by what, and what it may do. */
      acting: Acting;
      /** The reader who asks; in mode `none` the one local reader. */
      readerId: number | undefined;
    }
    /** What our server gives a page's request along, and gets back. */
    interface Platform {
      req: IncomingMessage;
      /** The page's HTML, handed over beside the answer; see lib/server/hand-over.ts. */
      html?: string;
    }
    interface Error {
      message: string;
      /** What to do next, in words. */
      detail?: string;
      requestId?: string;
    }
  }
}

import type { Acting } from '@broadsheet/newsroom/accounts';

declare global {
  namespace App {
    interface Locals {
      /** Who asks, by what, and what it may do. */
      acting: Acting;
      /** The reader who asks; in mode `none` the one local reader. */
      readerId: number | undefined;
    }
    interface Error {
      message: string;
      /** What to do next, in words. */
      detail?: string;
      requestId?: string;
    }
  }
}

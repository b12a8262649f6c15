declare global {
  namespace App {
    interface Locals {
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

export {};

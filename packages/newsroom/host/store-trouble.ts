import { storeFault } from '@broadsheet/database';

/** What a reader is told when the store cannot do its part; where it lies and why is for the log. */
export interface StoreTrouble {
  status: 503 | 507;
  title: string;
  detail: string;
}

/** Undefined where the error is no fault of the store's surroundings but one of ours. */
export function storeTrouble(error: unknown): StoreTrouble | undefined {
  const fault = storeFault(error);
  if (!fault) return undefined;
  if (fault === 'full' || fault === 'read-only') {
    return {
      status: 507,
      title: 'This site cannot write now',
      detail: 'Its disk is full or closed to writing, and nothing was stored. What it had accepted before is there.',
    };
  }
  return {
    status: 503,
    title: 'The store of this site does not answer',
    detail: 'Nothing of yours was lost. Trying again in a moment may help.',
  };
}

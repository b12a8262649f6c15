/** Why something is not done: for whoever asked, in words, and for programs. */
export interface Refused {
  refused: string;
  reason: 'not found' | 'not yours' | 'locked' | 'unconfirmed' | 'unusable' | 'repeated' | 'too often';
  /** From when on it may be tried again. */
  retryAt?: number;
}

export const NOT_FOUND: Refused = { refused: 'This comment is not here, or was removed.', reason: 'not found' };
export const LOCKED: Refused = { refused: 'The editors have closed this discussion.', reason: 'locked' };

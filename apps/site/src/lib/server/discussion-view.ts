import type { Acting } from '@broadsheet/newsroom/accounts';
import { type Discussion, loadDiscussion, REACTIONS, type Refused, type Viewer } from '@broadsheet/newsroom/discussion';
import { currentHost } from '@broadsheet/newsroom/host';

/** A paper's discussion as its page shows it to somebody. */
export interface PaperDiscussion extends Discussion {
  /** What the reader may do, or must do first. */
  may: 'write' | 'confirm' | 'sign in';
  isEditor: boolean;
  reactions: readonly string[];
}

export async function discussionOf(paperId: number, acting: Acting): Promise<PaperDiscussion> {
  const viewer = viewerOf(acting);
  const discussion = await loadDiscussion(currentHost().database.db, paperId, { viewer });
  return { ...discussion, may: mayOf(acting), isEditor: viewer.isEditor === true, reactions: REACTIONS };
}

/** As whom somebody reads comments; a token without the scope to read is nobody. */
export function viewerOf({ reader, role, scopes }: Acting): Viewer {
  if (!scopes.includes('read')) return {};
  return { readerId: reader?.id, isEditor: role === 'editor' || role === 'admin' };
}

export function mayOf({ reader }: Acting): PaperDiscussion['may'] {
  if (!reader) return 'sign in';
  return reader.kind === 'local' || reader.confirmedAt !== undefined ? 'write' : 'confirm';
}

/** The status of a refusal, as HTTP has it. */
export const REFUSAL_STATUS = {
  'not found': 404,
  'not yours': 403,
  locked: 409,
  unconfirmed: 403,
  unusable: 422,
  repeated: 409,
  'too often': 429,
} as const satisfies Record<Refused['reason'], number>;

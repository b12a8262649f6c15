import { transaction } from '@broadsheet/database';
import { countAdmins, findReader } from '../accounts/index.ts';
import { audit } from '../audit/index.ts';
import type { Host } from '../host/index.ts';
import { PARTS } from './parts.ts';

/**
 * Deletes an account and what it did, at once or not at all. What others rely on stays without its name: comments in
 * their threads, votes in closed editions, lines of the audit log.
 * @returns why it is refused; undefined when the reader has left.
 */
export async function deleteReader(host: Host, readerId: number): Promise<string | undefined> {
  const refused = await transaction(host.database, async (db) => {
    const reader = await findReader(db, readerId);
    if (!reader) return 'This account is no longer here.';
    if (reader.kind === 'local') return 'The reader of a site without accounts cannot be deleted.';
    if (reader.role === 'admin' && (await countAdmins(db)) === 1)
      return 'You are the only administrator; make another one first.';
    for (const part of PARTS) await part.forget(host, db, readerId);
    await audit(db, { actorId: readerId, action: 'reader.delete', subject: `reader ${readerId}` }, host.now());
    return undefined;
  });
  await host.contentChanged();
  return refused;
}

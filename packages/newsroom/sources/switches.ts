import { bumpSequence, type Schema, transaction } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import { audit } from '../audit/index.ts';
import type { Host } from '../host/index.ts';

const KEY = 'sources-off';

/** The sources that an administrator has switched off; the settings of the operator hold besides. */
export async function switchedOff(db: Kysely<Schema>): Promise<Set<string>> {
  const row = await db.selectFrom('setting').select('value_json').where('key', '=', KEY).executeTakeFirst();
  return new Set(row ? (JSON.parse(row.value_json) as string[]) : []);
}

export async function switchSource(host: Host, actorId: number, id: string, on: boolean): Promise<void> {
  await transaction(host.database, async (db) => {
    const off = await switchedOff(db);
    if (on ? !off.delete(id) : off.has(id)) return;
    if (!on) off.add(id);
    const value_json = JSON.stringify([...off].sort());
    await db
      .insertInto('setting')
      .values({ key: KEY, value_json })
      .onConflict((c) => c.column('key').doUpdateSet({ value_json }))
      .execute();
    await audit(db, { actorId, action: on ? 'source.on' : 'source.off', subject: `source ${id}` }, host.now());
    await bumpSequence(db, 'change');
  });
  await host.contentChanged();
}

/** Makes a source due, whatever its pace and its last failures; it is asked at the scheduler's next turn. */
export async function askSourceNow(host: Host, actorId: number, id: string): Promise<void> {
  await transaction(host.database, async (db) => {
    await db.updateTable('source_state').set({ next_at: 0 }).where('source', '=', id).execute();
    await audit(db, { actorId, action: 'source.ask', subject: `source ${id}` }, host.now());
  });
}

import type { Host } from '../host/index.ts';
import { entryOf, selectEntries } from './entries.ts';
import type { Loaded } from './load.ts';

/** The standing edition outside the calendar, in the order in which it was put together. */
export async function editionZero(host: Host): Promise<Loaded> {
  const { db } = host.database;
  const setting = await db
    .selectFrom('setting')
    .select('value_json')
    .where('key', '=', 'edition-zero')
    .executeTakeFirst();
  const keys: string[] = setting ? JSON.parse(setting.value_json) : [];
  const rows = keys.length === 0 ? [] : await selectEntries(db).where('p.arxiv_id', 'in', keys).execute();
  const entries = rows
    .sort((a, b) => keys.indexOf(a.arxiv_id as string) - keys.indexOf(b.arxiv_id as string))
    .map((row, index) => entryOf(row, index + 1));
  return { title: 'Edition zero', address: '/papers/edition-zero', entries, total: entries.length };
}

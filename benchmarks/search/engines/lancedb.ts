import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engine, requirePeer, TOP } from './engine.ts';

export async function lancedb(): Promise<Engine> {
  // Else it writes a line of warning a question, which takes time that is not its search's.
  process.env.LANCEDB_LOG = 'error';
  const lance = requirePeer('@lancedb/lancedb');
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-lancedb-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const db = await lance.connect(folder);
  let table: Awaited<ReturnType<typeof db.createTable>>;
  return {
    build: async (papers) => {
      const rows = papers.map(({ title, abstract }, id) => ({ id, text: `${title} ${title} ${abstract}` }));
      table = await db.createTable('p', rows);
      await table.createIndex('text', { config: lance.Index.fts({ stem: true, removeStopWords: true }) });
    },
    search: async (text) => {
      const rows: { id: number }[] = await table.query().fullTextSearch(text).select(['id']).limit(TOP).toArray();
      return rows.map((row) => Number(row.id));
    },
  };
}

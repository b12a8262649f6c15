import SQLite from 'better-sqlite3';
import { type Engine, TOP } from './engine.ts';

/** @param joint what stands between two words: nothing where all are wanted, or ' OR ' */
export function fts5(joint: ' ' | ' OR '): Engine {
  const db = new SQLite(':memory:');
  db.exec("create virtual table p using fts5(title, abstract, tokenize = 'porter unicode61')");
  const select = db.prepare('select rowid from p where p match ? order by bm25(p, 2, 1) limit ?').pluck();
  return {
    build: (papers) => {
      const insert = db.prepare('insert into p (rowid, title, abstract) values (?, ?, ?)');
      db.transaction(() => {
        for (const [id, { title, abstract }] of papers.entries()) insert.run(id + 1, title, abstract);
      })();
    },
    search: (text) => {
      const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
      const rowids = select.all(words.map((w) => `"${w}"`).join(joint), TOP) as number[];
      return rowids.map((rowid) => rowid - 1);
    },
  };
}

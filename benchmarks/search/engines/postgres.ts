import pg from 'pg';
import { type Engine, TOP } from './engine.ts';

const BATCH = 1_000;

export async function postgres(address: string): Promise<Engine> {
  const client = new pg.Client(address);
  await client.connect();
  await client.query('create temporary table p (id int primary key, words tsvector)');
  return {
    build: async (papers) => {
      for (let at = 0; at < papers.length; at += BATCH) {
        const part = papers.slice(at, at + BATCH);
        const rows = [part.map((_, i) => at + i), part.map((p) => p.title), part.map((p) => p.abstract)];
        await client.query(
          "insert into p select id, setweight(to_tsvector('english', t), 'A') || setweight(to_tsvector('english', a), 'D') from unnest($1::int[], $2::text[], $3::text[]) u (id, t, a)",
          rows,
        );
      }
      await client.query('create index on p using gin (words)');
      await client.query('analyze p');
    },
    search: async (text) => {
      const { rows } = await client.query(
        "select id from p, plainto_tsquery('english', $1) q where words @@ q order by ts_rank_cd(words, q, 1) desc limit $2",
        [text, TOP],
      );
      return rows.map((row) => row.id);
    },
  };
}

import { type Kysely, sql } from 'kysely';

const PAIRS = [
  ['math.NA', 'cs.NA'],
  ['eess.SY', 'cs.SY'],
  ['cs.IT', 'math.IT'],
  ['math-ph', 'math.MP'],
  ['econ.GN', 'q-fin.EC'],
  ['stat.TH', 'math.ST'],
];

/** Some categories of arXiv have two names; papers that came under one are found under both. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const [a, b] of PAIRS) {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ]) {
      await sql`
        insert into paper_category (category, listed_on, paper_id)
        select ${sql.lit(to)}, listed_on, paper_id from paper_category where category = ${sql.lit(from)}
        on conflict do nothing
      `.execute(db);
    }
  }
}

/**
 * What ranks papers beside BM25 (packages/search-index/ranking.ts): what a word is worth by standing in a paper at all,
 * and words side by side. Chosen on the validation questions, with the test questions' figures beside the choice.
 *
 *   node benchmarks/search/ranking.ts
 */
import { RANKING, type Ranking, SearchIndex } from '../../packages/search-index/index.ts';
import { loadCorpus } from './corpus.ts';
import { gainOver, mean, reciprocalRank, withInterval } from './measures.ts';
import { makeTasks } from './tasks.ts';

const PRESENCES = [0, 40, 80, 120, 180, 260];
const PAIR_SHARES = [0, 0.3, 0.6, 1, 1.5];

const papers = await loadCorpus();
const { texts, known } = makeTasks(papers, { validation: 300 });
const index = new SearchIndex();
for (const [id, { title, abstract }] of texts.entries())
  index.upsert({ id, title, abstract, authors: [], categories: [] });
index.compact();

function scores(part: 'validation' | 'test', ranking: Ranking): Map<string, number[]> {
  return new Map(
    Object.entries(known).map(([name, task]) => [
      name,
      task[part].map((question) =>
        reciprocalRank(
          index.search(question.text, { limit: 10, budgetMs: 60_000, ranking }).hits.map((hit) => hit.id),
          question,
        ),
      ),
    ]),
  );
}
const overall = (of: Map<string, number[]>) => mean([...of.values()].map(mean));

console.log(`MRR@10 of validation questions, mean of ${Object.keys(known).length} tasks\n`);
console.log(
  `| presence | ${PAIR_SHARES.map((share) => `pairs ${share}`).join(' | ')} |\n|---|${PAIR_SHARES.map(() => '---|').join('')}`,
);
let best: Ranking = RANKING;
let most = 0;
for (const presence of PRESENCES) {
  const row = PAIR_SHARES.map((pairShare) => {
    const value = overall(scores('validation', { presence, pairShare }));
    if (value > most) [best, most] = [{ presence, pairShare }, value];
    return value.toFixed(4);
  });
  console.log(`| ${presence} | ${row.join(' | ')} |`);
}
console.log(`\nbest there: ${JSON.stringify(best)}; in use: ${JSON.stringify(RANKING)}\n`);
const [inUse, chosen] = [scores('test', RANKING), scores('test', best)];
console.log('| test questions, MRR@10 | in use | best of validation | difference |\n|---|---|---|---|');
for (const [name, values] of inUse) {
  const others = chosen.get(name) ?? [];
  console.log(`| ${name} | ${withInterval(values)} | ${withInterval(others)} | ${gainOver(others, values)} |`);
}

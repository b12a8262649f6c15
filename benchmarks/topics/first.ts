/**
 * With how many papers can a site's own topics begin? Two samples of each size that share no paper are sorted on their own:
 * how far do they agree on where other papers belong (adjusted Rand index), how many of these lie near a topic, and do the
 * names hold together (NPMI)?
 * `BROADSHEET_CORPUS=… node benchmarks/topics/first.ts`
 */
import { createRng, meanOf } from '@broadsheet/engine/stats';
import { assign, centred } from '@broadsheet/methods/topics';
import { clustersFor, type FirstTopics, firstTopics } from '../../packages/newsroom/topics/first-topics.ts';
import { npmi, papers, percent, startOf, vectorsOf } from './stream.ts';

const SIZES = [250, 500, 1000, 2000, 4000];
const DRAWS = 3;
const OTHERS = 3000;

const rng = createRng('first');
const pool = papers.filter(({ day }) => day >= '2025-03-15' && day < startOf(0));
for (const size of SIZES) {
  const [agreed, near, coherence]: number[][] = [[], [], []];
  for (let draw = 0; draw < DRAWS; draw++) {
    const shuffled = rng.split(`${size}`, draw).shuffle(pool);
    const others = shuffled.slice(2 * size, 2 * size + OTHERS);
    const both = [0, 1].map((half) => {
      const own = shuffled.slice(half * size, (half + 1) * size);
      const vectorOf = new Map(vectorsOf(own).map((vector, i) => [own[i].text, vector]));
      const dated = own.map(({ day, text }, id) => ({ id, day, text, hasAbstract: true }));
      return firstTopics(dated, (text) => vectorOf.get(text) ?? []);
    });
    const places = both.map(({ model }) => assign(model, centred(vectorsOf(others), model.centre)));
    agreed.push(adjustedRand(places[0].heads, places[1].heads));
    near.push(...places.map(({ novelty }) => novelty.filter((value) => value <= 0).length / OTHERS));
    coherence.push(
      ...both.map(({ names }: FirstTopics) =>
        npmi(
          names.map(({ words }) => words),
          others,
        ),
      ),
    );
  }
  console.log(
    `${size} papers, ${clustersFor(size)} clusters: adjusted Rand index ${meanOf(agreed).toFixed(3)}, near a topic ${percent(meanOf(near))}, NPMI ${meanOf(coherence).toFixed(3)}`,
  );
}

/** Agreement of two labellings beyond chance (Hubert & Arabie 1985). */
function adjustedRand(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const pairs = (counts: Map<unknown, number>) => [...counts.values()].reduce((sum, n) => sum + (n * (n - 1)) / 2, 0);
  const counted = (keys: unknown[]) => {
    const counts = new Map<unknown, number>();
    for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
    return pairs(counts);
  };
  const [one, other] = [Array.from(a), Array.from(b)];
  const both = counted(one.map((label, i) => `${label} ${other[i]}`));
  const [ofOne, ofOther, all] = [counted(one), counted(other), (one.length * (one.length - 1)) / 2];
  const expected = (ofOne * ofOther) / all;
  return (both - expected) / ((ofOne + ofOther) / 2 - expected);
}

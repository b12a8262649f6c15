import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type IndexedPaper, SearchIndex } from './index.ts';

/** A machine that is busy must not cut a search short. */
const PATIENT = { budgetMs: 60_000 };

const WORDS = ['graph', 'maze', 'video', 'sparse', 'model', 'agent', 'long', 'tensor'];
const paper = (id: number) =>
  fc.record({
    id: fc.constant(id),
    title: fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 4 }).map((w) => w.join(' ')),
    abstract: fc.array(fc.constantFrom(...WORDS), { maxLength: 12 }).map((w) => w.join(' ')),
    authors: fc.constant<string[]>([]),
    categories: fc.subarray(['cs.LG', 'cs.AI', 'stat.ML']),
    listedOn: fc.constantFrom('2025-01-02', '2025-06-30', '2026-01-01'),
    votes: fc.integer({ min: 0, max: 5 }),
    hasCode: fc.boolean(),
    hasExperiment: fc.boolean(),
  });
const papers = fc
  .integer({ min: 1, max: 60 })
  .chain((n) => fc.tuple(...Array.from({ length: n }, (_, i) => paper(i + 1))));
const query = fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 4 }).map((w) => w.join(' '));
const indexOf = (list: IndexedPaper[]) => {
  const index = new SearchIndex();
  for (const p of list) index.upsert(p);
  return index;
};

describe('what pruning leaves out', () => {
  test('is never among the best: few results are the beginning of many', () => {
    fc.assert(
      fc.property(papers, query, (list, text) => {
        const index = indexOf(list);
        // Forty are more than are looked at for neighbouring words, so the threshold differs.
        const all = index.search(text, { ...PATIENT, limit: 1_000 }).hits.map((h) => [h.id, h.score]);
        expect(index.search(text, { ...PATIENT, limit: 3 }).hits.map((h) => [h.id, h.score])).toEqual(all.slice(0, 3));
        expect(index.search(text, { ...PATIENT, limit: 5, offset: 2 }).hits.map((h) => h.id)).toEqual(
          all.slice(2, 7).map(([id]) => id),
        );
      }),
    );
  });

  test('among thousands of papers neither', () => {
    const many = Array.from({ length: 9_000 }, (_, i) => ({
      id: i + 1,
      title: `${WORDS[i % 8]} ${WORDS[(i * 7) % 5]} ${i % 97 === 0 ? 'rare' : ''}`,
      abstract: `${WORDS[(i * 3) % 8]} `.repeat(1 + (i % 9)),
      authors: [],
      categories: [],
    }));
    const index = indexOf(many);
    for (const text of ['graph maze', 'rare video sparse', 'tensor', '"graph graph"', 'rare -graph']) {
      const all = index.search(text, { limit: 9_000, budgetMs: 10_000 }).hits.map((h) => h.id);
      expect(index.search(text, { limit: 32, budgetMs: 10_000 }).hits.map((h) => h.id)).toEqual(all.slice(0, 32));
    }
  });

  test('nor where a word stands for several terms, and whatever a filter lets through', () => {
    const endings = ['', 'x', 'xy', 'xyz', 'able'];
    const many = Array.from({ length: 9_000 }, (_, i) => ({
      id: i + 1,
      title: `${WORDS[i % 8]} tens${endings[(i * i) % 5]}`,
      abstract: `${WORDS[(i * 3) % 8]} `.repeat(1 + (i % 9)) + (i % 61 === 0 ? `tens${endings[i % 4]}` : ''),
      authors: [],
      categories: [],
      votes: i % 11,
    }));
    const index = indexOf(many);
    for (const text of ['graph tens', 'tensr maze', 'sparse mode'])
      for (const filter of [{}, { minVotes: 9 }]) {
        const options = { ...PATIENT, typing: true, filter };
        const scored = (limit: number) => index.search(text, { ...options, limit }).hits.map((h) => [h.id, h.score]);
        expect(scored(32)).toEqual(scored(9_000).slice(0, 32));
      }
  });
});

test('the best of what is pruned are those of all papers, in random indexes of some windows and for random questions', () => {
  /** The rank of a word is its rarity: the first stands in nearly every paper, the last in some. */
  const word = (rng: () => number) => `w${Math.floor(60 * rng() ** 3)}x`;
  const words = (rng: () => number, most: number) =>
    Array.from({ length: 1 + Math.floor(rng() * most) }, () => word(rng)).join(' ');
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const rng = random(seed);
      const index = indexOf(
        Array.from({ length: 9_000 }, (_, id) => ({
          id: id + 1,
          title: words(rng, 4),
          abstract: words(rng, 20),
          authors: [],
          categories: [],
        })),
      );
      for (let i = 0; i < 8; i++) {
        const text = [words(rng, 7), i % 4 === 1 ? `-${word(rng)}` : '', i % 4 === 2 ? `title:${word(rng)}` : ''].join(
          ' ',
        );
        // As many as there are papers: then nothing is ever below a threshold.
        const scored = (limit: number) => index.search(text, { ...PATIENT, limit }).hits.map((h) => [h.id, h.score]);
        const all = scored(9_000);
        for (const limit of [5, 32, 100]) expect(scored(limit), text).toEqual(all.slice(0, limit));
      }
    }),
    { numRuns: 3 },
  );
});

/** Numbers from 0 to 1 by a seed (xorshift, Marsaglia 2003). */
function random(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

describe('filters, counts and orders', () => {
  test('are those of looking at every paper', () => {
    fc.assert(
      fc.property(papers, query, (list, text) => {
        const filter = {
          from: '2025-06-01',
          until: '2025-12-31',
          categories: { any: ['cs'], none: ['stat.ML'] },
          minVotes: 2,
        };
        const words = new Set(text.split(' '));
        const isMeant = (p: IndexedPaper) =>
          p.listedOn === '2025-06-30' &&
          p.categories.some((c) => c.startsWith('cs.')) &&
          !p.categories.includes('stat.ML') &&
          (p.votes ?? 0) >= 2;
        const answers = (p: IndexedPaper) =>
          [...words].filter((w) => `${p.title} ${p.abstract}`.split(' ').includes(w)).length;
        const most = Math.max(1, ...list.filter(isMeant).map(answers));
        const meant = list.filter((p) => isMeant(p) && answers(p) === most);
        const answer = indexOf(list).search(text, { ...PATIENT, limit: 100, filter, counted: true, sort: 'votes' });
        expect(answer.total).toBe(meant.length);
        const byVotes = meant.sort((a, b) => (b.votes ?? 0) - (a.votes ?? 0) || b.id - a.id);
        expect(answer.hits.map((h) => h.id)).toEqual(byVotes.map((p) => p.id));
        expect(answer.facets?.withCode).toBe(meant.filter((p) => p.hasCode).length);
        expect(answer.facets?.withExperiment).toBe(meant.filter((p) => p.hasExperiment).length);
        const inAi = meant.filter((p) => p.categories.includes('cs.AI')).length;
        expect(answer.facets?.categories.find((c) => c.name === 'cs.AI')?.count ?? 0).toBe(inAi);
        expect(answer.facets?.years).toEqual(meant.length > 0 ? [{ name: '2025', count: meant.length }] : []);
      }),
    );
  });

  test('papers are told apart and let through by what only the asker knows of them', () => {
    fc.assert(
      fc.property(papers, query, (list, text) => {
        const groupOf = (id: number) => (id % 3 === 0 ? undefined : id % 3);
        const whole = indexOf(list).search(text, { ...PATIENT, limit: 100, counted: true, groupOf, sort: 'newest' });
        const counts = new Map(whole.facets?.groups.map(({ id, count }) => [id, count]));
        for (const group of [1, 2])
          expect(counts.get(group) ?? 0).toBe(whole.hits.filter((h) => groupOf(h.id) === group).length);
        expect(counts.has(0)).toBe(false);
        const only = (id: number) => groupOf(id) === 1;
        const index = indexOf(list);
        for (const hit of index.search(text, { ...PATIENT, limit: 100, filter: { only } }).hits)
          expect(only(hit.id)).toBe(true);
        if (counts.get(1))
          expect(index.search(text, { ...PATIENT, filter: { only }, counted: true }).total).toBe(counts.get(1));
        expect(list.filter((p) => index.allowing({ only })(p.id)).map((p) => p.id)).toEqual(
          list.filter((p) => only(p.id)).map((p) => p.id),
        );
      }),
    );
  });

  test('newest first goes by the day, whatever the order of coming', () => {
    const index = indexOf(
      ['2025-03-01', '2025-09-01', '2025-06-01'].map((listedOn, id) => ({
        id,
        listedOn,
        title: 'A graph',
        authors: [],
        categories: [],
      })),
    );
    expect(index.search('graph', { sort: 'newest' }).hits.map((h) => h.id)).toEqual([1, 2, 0]);
  });

  test('a vote changes the order without the text being read again', () => {
    const one = { id: 1, title: 'A graph', authors: [], categories: [], votes: 1 };
    const index = indexOf([one, { ...one, id: 2, votes: 2 }]);
    const { segments } = index;
    index.upsert({ ...one, votes: 9 });
    expect(index.segments).toEqual(segments);
    expect(index.search('graph', { sort: 'votes' }).hits.map((h) => h.id)).toEqual([1, 2]);
  });
});

test('a question that takes too long is cut, and says so', () => {
  const index = indexOf(
    Array.from({ length: 20_000 }, (_, id) => ({ id, title: 'graph maze', authors: [], categories: [] })),
  );
  const answer = index.search('"graph maze"', { budgetMs: 0 });
  expect(answer.isCut).toBe(true);
  expect(answer.notes).toEqual([
    'The search was cut after 0 ms, before it had found anything; fewer or rarer words are found sooner.',
  ]);
});

test('segments of like size are merged, and what was removed goes with it', () => {
  const index = new SearchIndex();
  for (let id = 1; id <= 60; id++) {
    index.upsert({ id, title: `graph number${id}`, authors: [`Person ${id}`], categories: ['cs.LG'] });
    if (id % 3 === 0) index.remove(id);
    // A search seals what was gathered.
    index.search('graph');
  }
  expect(index.segments.length).toBeLessThan(10);
  expect(index.size).toBe(40);
  expect(index.search('graph', { limit: 100, counted: true }).total).toBe(40);
  expect(index.search('number7').hits.map((h) => h.id)).toEqual([7]);
  expect(index.search('number9').hits).toEqual([]);
  index.compact();
  expect(index.segments.map((s) => [s.docs, s.live])).toEqual([[40, 40]]);
  expect(index.search('title:number7 author:person').hits.map((h) => h.id)).toEqual([7]);
  expect(index.search('"graph number7"').hits.map((h) => h.id)).toEqual([7]);
});

test('a paper of two hundred authors is found by its title as one of a few is', () => {
  const index = new SearchIndex();
  const names = (count: number) => Array.from({ length: count }, (_, i) => `Ada${i} Name${i}`);
  for (const [id, count] of [8, 200].entries())
    index.upsert({ id, title: 'Incentives in markets', authors: names(count), categories: [] });
  const scores = index.search('incentives', PATIENT).hits.map((hit) => hit.score);
  expect(scores).toHaveLength(2);
  expect(scores[0]).toBe(scores[1]);
  expect(index.search('author:name150', PATIENT).hits.map((h) => h.id)).toEqual([1]);
});

test('words that stand side by side in question and paper come before the same words apart', () => {
  const index = indexOf([
    {
      id: 1,
      title: 'On learning',
      abstract: 'We learn by reinforcement. Much is transfer.',
      authors: [],
      categories: [],
    },
    {
      id: 2,
      title: 'On learning',
      abstract: 'We study reinforcement transfer. Much is learnt.',
      authors: [],
      categories: [],
    },
  ]);
  expect(index.search('reinforcement transfer').hits.map((h) => h.id)).toEqual([2, 1]);
});

test('a word that is still being typed is found by its beginning or by what it is a longer form of', () => {
  const index = indexOf([{ id: 1, title: 'Generative models', authors: [], categories: [] }]);
  for (const text of ['gene', 'generat', 'generative', 'generative mod'])
    expect(
      index.search(text, { ...PATIENT, typing: true }).hits.map((h) => h.id),
      text,
    ).toEqual([1]);
});

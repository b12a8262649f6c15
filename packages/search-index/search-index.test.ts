import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { guessNote, highlight, type IndexedPaper, parseQuery, QueryTooLong, SearchIndex } from './index.ts';

const PAPERS: IndexedPaper[] = [
  {
    id: 1,
    title: 'Graph transformers for molecules',
    abstract: 'We train transformers on molecular graphs.',
    authors: ['Paul Erdős', 'Ada Löwe'],
    categories: ['cs.LG'],
    keywords: ['chemistry'],
  },
  {
    id: 2,
    title: 'A survey of video generation',
    abstract: 'Diffusion models generate long videos. Transformers help.',
    authors: ['Bo Chen'],
    categories: ['cs.CV'],
    organization: 'Institute of Moving Pictures',
  },
  {
    id: 3,
    title: 'Reinforcement learning with sparse rewards',
    abstract: 'Agents explore a maze. The maze is large.',
    authors: ['Chen Wei'],
    categories: ['cs.LG', 'cs.AI'],
  },
  {
    id: 4,
    title: '图神经网络的比较研究',
    abstract: '我们比较图神经网络。',
    authors: ['王小明'],
    categories: ['cs.LG'],
  },
  {
    id: 5,
    title: 'Sparse autoencoders',
    abstract: 'Features of language models, found by sparse dictionaries.',
    authors: ['Dora Sparse'],
    categories: ['cs.CL'],
  },
];

function indexOf(papers: IndexedPaper[]): SearchIndex {
  const index = new SearchIndex();
  for (const paper of papers) index.upsert(paper);
  return index;
}
const index = indexOf(PAPERS);
// A machine that is busy must not cut a search short.
const ids = (query: string, options = {}) =>
  index.search(query, { budgetMs: 60_000, ...options }).hits.map((hit) => hit.id);

describe('searching', () => {
  test.for([
    ['words of a title, whatever their form; those with one of them after', 'transformer molecule', [1, 2]],
    ['accents and capitals do not matter', 'ERDOS', [1]],
    ['a title weighs more than an abstract', 'transformers', [1, 2]],
    ['a phrase in its order', '"sparse rewards"', [3]],
    ['a phrase does not reach from title to abstract', '"autoencoders features"', []],
    ['a field', 'author:chen', [3, 2]],
    ['a whole name', 'author:"bo chen"', [2]],
    ['a name in any order, and none of two people', 'author:"chen bo"', [2]],
    ['everything but a whole name', 'transformers -author:"bo chen"', [1]],
    ['title:', 'title:sparse', [5, 3]],
    ['a category', 'cat:cs.CV', [2]],
    ['an organisation', 'org:pictures', [2]],
    ['exclusion', 'sparse -rewards', [5]],
    ['an excluded phrase', 'sparse -"sparse rewards"', [5]],
    ['writing without spaces', '神经网络', [4]],
    ['an error in typing', 'transfomers', [1, 2]],
    ['two errors in a long word', 'reinforcment lerning', [3]],
    ['only stop words', 'the', [3]],
  ] as const)('%s: %s', ([, query, expected]) => {
    expect(ids(query)).toEqual(expected);
  });

  test('the last word may be a beginning while it is typed, and only then', () => {
    expect(ids('vid', { typing: true })).toEqual([2]);
    expect(ids('vid')).toEqual([]);
  });

  test('a paper with most of the words is shown when none has all, and the answer says so', () => {
    const answer = index.search('transformers maze videos');
    expect(answer.hits[0].id).toBe(2);
    expect(answer.explain(answer.hits[0].id).map((w) => w.text)).toEqual(['transformers', 'videos']);
    expect(answer.notes).toEqual(['No paper has all of these words; those with most of them are shown.']);
  });

  test('each hit says what found it', () => {
    const answer = index.search('molecules erdos');
    const [hit] = answer.hits;
    const why = answer.explain(hit.id);
    expect(why.map((w) => w.text)).toEqual(['molecules', 'erdos']);
    expect(why.reduce((sum, w) => sum + w.points, 0)).toBeCloseTo(hit.score, 6);
    expect(answer.explain(9_999)).toEqual([]);
  });

  test('a guess at a misspelt word is said', () => {
    const { guesses, notes } = index.search('transfomers');
    expect(notes).toEqual([]);
    expect(guesses).toEqual([{ text: 'transfomers', terms: ['transform'], isHere: false }]);
    const texts = ['Transformers for graphs', 'A transformer. The transformers', 'TRANSFORMERS'];
    expect(guessNote(guesses[0], texts)).toBe('“transfomers” is not here; “transformers” is near it.');
    expect(guessNote(guesses[0], ['Graphs'])).toBe('“transfomers” is not here.');
  });

  test('a figure is taken for no other', () => {
    const models = new SearchIndex();
    for (let id = 0; id < 5; id++) models.upsert({ id, title: 'Tuning llama2 on tables', authors: [], categories: [] });
    expect(models.search('llama3').hits).toEqual([]);
    expect(models.search('llamma2').hits).toHaveLength(5);
  });

  test('pages of an answer follow each other', () => {
    const all = index.search('learning sparse models transformers', { limit: 10 });
    const first = index.search('learning sparse models transformers', { limit: 1 });
    const second = index.search('learning sparse models transformers', { limit: 1, offset: 1 });
    expect([...first.hits, ...second.hits].map((h) => h.id)).toEqual(all.hits.slice(0, 2).map((h) => h.id));
  });
});

describe('malformed questions', () => {
  test.for(['"', '-', ':', 'author:', '-"', '"""', 'a:b:c', '()*[', '\\', '\u0000', '🙂', 'x'.repeat(250)])(
    '%s is no error',
    (query) => {
      expect(() => index.search(query)).not.toThrow();
    },
  );

  test('an unknown field is understood as words, and said', () => {
    const query = parseQuery('flavour:sweet');
    expect(query.clauses.map((c) => c.terms)).toEqual([['flavour'], ['sweet']]);
    expect(query.notes[0]).toContain('“flavour:” is no field');
  });

  test('more than 250 characters are refused with the number', () => {
    expect(() => index.search('y'.repeat(251))).toThrow(QueryTooLong);
  });

  test('no text throws, and none is slow', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.boolean(), (query, typing) => {
        index.search(query, { typing });
      }),
      { numRuns: 300 },
    );
  });
});

describe('an index that changes', () => {
  const paper = fc.record({
    id: fc.integer({ min: 1, max: 8 }),
    title: fc
      .array(fc.constantFrom('graph', 'maze', 'video', 'sparse', 'model'), { minLength: 1, maxLength: 4 })
      .map((w) => w.join(' ')),
    abstract: fc.array(fc.constantFrom('agents', 'explore', 'graph', 'long'), { maxLength: 5 }).map((w) => w.join(' ')),
    authors: fc.constant<string[]>(['Ada Löwe']),
    categories: fc.constant<string[]>(['cs.LG']),
  });
  const step = fc.oneof(
    paper.map((p) => ({ upsert: p })),
    fc.integer({ min: 1, max: 8 }).map((id) => ({ remove: id })),
  );

  test('after any additions, replacements and removals it answers as one built anew, up to word statistics', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 20 }),
        fc.constantFrom('graph', 'sparse maze', 'author:lowe', '"graph maze"', 'long -graph'),
        (steps, query) => {
          const changing = new SearchIndex();
          const now = new Map<number, IndexedPaper>();
          for (const s of steps) {
            if ('upsert' in s) {
              changing.upsert(s.upsert);
              now.set(s.upsert.id, s.upsert);
            } else {
              changing.remove(s.remove);
              now.delete(s.remove);
            }
          }
          const fresh = indexOf([...now.values()]);
          expect(changing.size).toBe(fresh.size);
          const found = (i: SearchIndex) => new Set(i.search(query, { limit: 50 }).hits.map((h) => h.id));
          expect(found(changing)).toEqual(found(fresh));
        },
      ),
    );
  });
});

test('beginnings and misspelt words find what was added since they were last asked for', () => {
  const growing = indexOf(PAPERS);
  const found = (query: string, typing = false) => growing.search(query, { typing }).hits.map((hit) => hit.id);
  expect(found('quant', true)).toEqual([]);
  for (const id of [8, 9])
    growing.upsert({ id, title: 'Quantised zeolites', authors: ['Zoe Quant'], categories: ['cs.LG'] });
  expect(found('quantis', true).sort()).toEqual([8, 9]);
  expect(found('zeolitse').sort()).toEqual([8, 9]);
  expect(found('author:quan', true).sort()).toEqual([8, 9]);
  growing.remove(8);
  expect(found('quantis', true)).toEqual([9]);
  expect(growing.search('a', { typing: true }).matched.filter((term) => term.includes('\u0000'))).toEqual([]);
});

describe('similar papers', () => {
  test('are those that share telling words, which are named', () => {
    const { hits, sharedWords } = index.similar('Sparse rewards in mazes for agents', { limit: 3, except: 99 });
    expect(hits[0].id).toBe(3);
    expect(sharedWords(3)).toContain('rewards');
    expect(sharedWords(9_999)).toEqual([]);
  });

  test('leave the paper itself out', () => {
    expect(index.similar(PAPERS[0].title, { limit: 5, except: 1 }).hits.map((s) => s.id)).not.toContain(1);
  });
});

test('highlighting gives the text back, with the hits marked', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(
        highlight(text, ['graph', 'model'])
          .map((s) => s.text)
          .join(''),
      ).toBe(text);
    }),
  );
  expect(
    highlight('Graphs and models', ['graph', 'model'])
      .filter((s) => s.isHit)
      .map((s) => s.text),
  ).toEqual(['Graphs', 'models']);
});

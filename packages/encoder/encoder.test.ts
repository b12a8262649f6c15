import { availableExecutors } from '@broadsheet/engine';
import { createRng } from '@broadsheet/engine/stats';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readEncoder, StaticEncoder, type Tokenizer, trainStatic, trainTokenizer, writeEncoder } from './index.ts';
import { wordsOf } from './words.ts';

const TEXTS = [
  'low lower lowest',
  'new newer newest',
  'wide wider widest',
  'low new wide low new wide',
  'Łódź, naïve café 神经网络 神经',
];

function trained(size = 60): Tokenizer {
  return trainTokenizer(TEXTS, { size, minLetterCount: 1, minWordCount: 1 });
}

describe('a tokenizer', () => {
  test('is the same from the same texts, and cuts words into the pieces that it learned', () => {
    expect(trained().pieces).toEqual(trained().pieces);
    const tokenizer = trained();
    expect(tokenizer.encode('LOW lower').map((id) => tokenizer.pieces[id])).toEqual(['▁low', '▁low', 'er']);
    expect(
      tokenizer
        .encode('newidest')
        .map((id) => tokenizer.pieces[id])
        .join(''),
    ).toBe('▁newidest');
  });

  test('gives back the letters of any text of known letters', () => {
    const tokenizer = trained();
    const known = fc.string({
      unit: fc.constantFrom('l', 'o', 'w', 'e', 'r', 's', 't', 'n', 'i', 'd'),
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(fc.array(known, { maxLength: 5 }), (words) => {
        const pieces = tokenizer.encode(words.join(' ')).map((id) => tokenizer.pieces[id]);
        expect(pieces.join('').replaceAll('▁', ' ').trim()).toBe(words.join(' '));
      }),
    );
  });

  test('plain texts are cut into the same words as others', () => {
    const ascii = fc.string({ unit: 'binary-ascii' });
    fc.assert(
      fc.property(ascii, (text) => {
        expect(wordsOf(text)).toEqual(wordsOf(`${text} é`).slice(0, -1));
      }),
    );
    expect(wordsOf(`Ab1-c${'x'.repeat(50)}`)).toEqual(['ab1', `c${'x'.repeat(39)}`]);
  });

  test('a letter that it never met is unknown, and no text is an error', () => {
    expect(trained().encode('q')).toContain(0);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        for (const id of trained(40).encode(text)) expect(id).toBeLessThan(40);
      }),
      { numRuns: 30 },
    );
  });
});

describe('an encoder', () => {
  const tokenizer = trained();
  const rng = createRng(3);
  const weights = {
    dimensions: 128,
    rows: Int8Array.from({ length: tokenizer.pieces.length * 128 }, () => rng.integer(-127, 128)),
    steps: Float32Array.from(tokenizer.pieces, () => rng.uniform(0.001, 0.01)),
  };
  const encoder = new StaticEncoder(tokenizer, weights);

  test('gives unit vectors, whatever the order of the words; of no words the zero vector', () => {
    expect(Math.hypot(...encoder.encode('low lower new'))).toBeCloseTo(1, 6);
    const [a, b] = [encoder.encode('low new wide'), encoder.encode('wide low new')];
    expect(a.reduce((sum, x, d) => sum + x * b[d], 0)).toBeCloseTo(1, 6);
    expect(encoder.encode(' … ')).toEqual(new Float32Array(128));
  });

  test('is the same when it is read back from its file', () => {
    const { encoder: read, card } = readEncoder(writeEncoder(tokenizer, weights, { trainedOn: 'five lines' }));
    expect(card.trainedOn).toBe('five lines');
    for (const text of TEXTS) expect(read.encode(text)).toEqual(encoder.encode(text));
  });

  test('a file that is cut off or of another kind is refused with what is wrong', () => {
    const bytes = writeEncoder(tokenizer, weights);
    expect(() => readEncoder(bytes.subarray(0, bytes.length - 1))).toThrow(RangeError);
    expect(() => readEncoder(new Uint8Array(20))).toThrow(RangeError);
    expect(() => new StaticEncoder(tokenizer, { ...weights, rows: weights.rows.subarray(1) })).toThrow(/weights where/);
  });
});

test('training draws a title and its abstract together', async () => {
  const [executor] = (await availableExecutors()).filter((e) => e.available);
  const topics = [
    'river bank water flood stream',
    'graph node edge path tree',
    'cell gene protein tissue enzyme',
    'star orbit planet moon comet',
  ];
  const rng = createRng(5);
  const some = (topic: string, count: number) =>
    Array.from({ length: count }, () => rng.choice(topic.split(' '))).join(' ');
  const papers = Array.from({ length: 64 }, (_, i) => {
    const topic = topics[i % topics.length];
    return { title: some(topic, 3), abstract: `${some(topic, 6)}. ${some(topic, 6)}. ${some(topic, 6)}.` };
  });
  const tokenizer = trainTokenizer(
    papers.map((p) => `${p.title} ${p.abstract}`),
    { size: 200, minLetterCount: 1 },
  );
  const losses: number[] = [];
  const options = {
    executor: executor.name,
    dimensions: 128,
    batch: 16,
    epochs: 4,
    seed: 1,
    onEpoch: (_: number, loss: number) => losses.push(loss),
  };
  const weights = await trainStatic(papers, tokenizer, options);
  expect(losses[3]).toBeLessThan(losses[0]);
  const encoder = new StaticEncoder(tokenizer, weights);
  const similarity = (a: string, b: string) =>
    encoder.encode(a).reduce((sum, x, d) => sum + x * encoder.encode(b)[d], 0);
  expect(similarity('river flood', 'water stream bank')).toBeGreaterThan(similarity('river flood', 'planet moon'));
  expect(await trainStatic(papers, tokenizer, options)).toEqual(weights);
});

test('training with neighbours in one batch sees each paper as often, and tells neighbours apart', async () => {
  const [executor] = (await availableExecutors()).filter((e) => e.available);
  // Pairs of papers of one subject, told apart by one word alone.
  const papers = Array.from({ length: 32 }, (_, i) => ({
    title: `subject${Math.floor(i / 2)} word${i}`,
    abstract: `subject${Math.floor(i / 2)} is told. Here word${i} stands. Nothing more is said of it.`,
  }));
  const texts = papers.map((p) => `${p.title} ${p.abstract}`);
  const tokenizer = trainTokenizer(texts, { size: 300, minLetterCount: 1, minWordCount: 1 });
  const train = (neighbours?: number[][]) =>
    trainStatic(papers, tokenizer, {
      executor: executor.name,
      dimensions: 128,
      batch: 8,
      epochs: 20,
      seed: 2,
      neighbours,
    });
  const margin = (weights: Awaited<ReturnType<typeof train>>) => {
    const encoder = new StaticEncoder(tokenizer, weights);
    const titles = papers.map((p) => encoder.encode(p.title));
    const abstracts = papers.map((p) => encoder.encode(p.abstract));
    const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, d) => sum + x * b[d], 0);
    const margins = titles.map((title, i) => dot(title, abstracts[i]) - dot(title, abstracts[i ^ 1]));
    return margins.reduce((sum, m) => sum + m, 0) / margins.length;
  };
  expect(margin(await train(papers.map((_, i) => [i ^ 1])))).toBeGreaterThan(margin(await train()));
});

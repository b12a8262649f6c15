import { createHash } from 'node:crypto';
import { createRng } from '@broadsheet/engine/stats';
import { describe, expect, test } from 'vitest';
import { CLASSES, drawTrials, emptyTrials, fillTrials, oneHot, TASK_NAMES, taskFacts, writeTrial } from './index.ts';

const rowsOf = (inputs: Float32Array, channels: number) =>
  Array.from({ length: inputs.length / channels }, (_, t) =>
    [...inputs.slice(t * channels, (t + 1) * channels)].map((value) => Number(value.toFixed(6))),
  );
const hash = (...arrays: ArrayBufferView[]) => {
  const h = createHash('sha256');
  for (const a of arrays) h.update(new Uint8Array(a.buffer, a.byteOffset, a.byteLength));
  return h.digest('hex').slice(0, 16);
};

describe('the tasks of neurogym', () => {
  test('forced choice: 25.6 % coherence for choice 2', () => {
    const { inputs, labels } = writeTrial('2AF', { choice: 2, coherence: 25.6 });
    const stimulus = [1, 0.372, 0.628];
    expect(rowsOf(inputs, 3)).toEqual([...Array(7).fill(stimulus), [0, 0, 0]]);
    expect([...labels]).toEqual([0, 0, 0, 0, 0, 0, 0, 2]);
  });

  test('delayed match: a test that is not the sample is choice 2', () => {
    const { inputs, labels } = writeTrial('DMS', { answer: 2, sample: 0 });
    expect(rowsOf(inputs, 3)).toEqual([[1, 1, 0], ...Array(5).fill([1, 0, 0]), [1, 0, 1], [0, 0, 0]]);
    expect(labels[7]).toBe(2);
  });

  test('context integration: in context 1 the second modality holds the truth', () => {
    const draws = { choice: 1, other: 2, context: 1, coherence1: 15, coherence2: 50 };
    const { inputs, labels } = writeTrial('CXT', draws);
    const on = [1, 0.425, 0.575, 0.75, 0.25, 0, 1];
    const delay = [1, 0, 0, 0, 0, 0, 1];
    expect(rowsOf(inputs, 7)).toEqual([on, on, ...Array(5).fill(delay), [0, 0, 0, 0, 0, 0, 1]]);
    expect(labels[7]).toBe(1);
  });

  test.each(TASK_NAMES)('%s: the same seed gives the same bytes, over an old batch too', (name) => {
    const fresh = drawTrials(name, createRng(5), { batch: 16 });
    const used = fillTrials(name, createRng(9), emptyTrials(name, { batch: 16 }));
    fillTrials(name, createRng(5), used);
    expect(hash(used.inputs, used.labels)).toBe(hash(fresh.inputs, fresh.labels));
  });

  test('the bytes of seed 1 never change: recorded runs rest on them', () => {
    const hashes = TASK_NAMES.map((name) => {
      const { inputs, labels } = drawTrials(name, createRng(1), { batch: 32 });
      return `${name} ${hash(inputs, labels)}`;
    });
    expect(hashes).toMatchInlineSnapshot(`
      [
        "2AF 6a4b62bf6b4080eb",
        "DMS 69551306e0a23a09",
        "CXT 526e6ceb964d4534",
      ]
    `);
  });

  test('noise is on the stated channels and steps alone, with deviation 0.1', () => {
    const batch = 500;
    for (const [name, noisy] of [
      ['2AF', (t: number, c: number) => c > 0 && t < 7],
      ['DMS', (t: number, c: number) => c > 0 && (t === 0 || t === 6)],
      ['CXT', (t: number, _c: number) => t < 2],
    ] as const) {
      const { channels } = emptyTrials(name, { batch: 1 });
      // The same draws without noise: noise comes after the draws of its own trial, so one trial at a time.
      const deviations = new Float64Array(8 * channels);
      for (let b = 0; b < batch; b++) {
        const loud = drawTrials(name, createRng(b), { batch: 1 });
        const quiet = drawTrials(name, createRng(b), { batch: 1, noise: 0 });
        expect(loud.labels).toEqual(quiet.labels);
        loud.inputs.forEach((value, i) => {
          deviations[i] += (value - quiet.inputs[i]) ** 2 / batch;
        });
      }
      deviations.forEach((variance, i) => {
        if (noisy(Math.floor(i / channels), i % channels)) expect(Math.sqrt(variance)).toBeCloseTo(0.1, 1);
        else expect(variance).toBe(0);
      });
    }
  });

  test('a stretched trial lasts longer and is the same otherwise', () => {
    const { inputs, labels, steps } = drawTrials('DMS', createRng(2), { batch: 1, stretch: 3, noise: 0 });
    expect(steps).toBe(24);
    const short = drawTrials('DMS', createRng(2), { batch: 1, noise: 0 });
    for (let t = 0; t < steps; t++) {
      const from = Math.floor(t / 3);
      expect(inputs.slice(t * 3, t * 3 + 3)).toEqual(short.inputs.slice(from * 3, from * 3 + 3));
      expect(labels[t]).toBe(short.labels[from]);
    }
  });

  test('labels as one-hot rows', () => {
    expect([...oneHot(Uint8Array.of(0, 2, 1))]).toEqual([1, 0, 0, 0, 0, 1, 0, 1, 0]);
    expect(CLASSES).toBe(3);
    expect(taskFacts('CXT').inputs).toBe(7);
  });
});

import { createRng, type Rng } from '@broadsheet/engine/stats';
import { describe, expect, test } from 'vitest';
import { chosenRows, type Rows, rowOf, rows, unitRows } from '../happy/index.ts';
import { assign, centred, firstStage, nextStage, type TopicModel } from './index.ts';

const WIDTH = 32;
const OLD = 6;
/** All as long, so that every class is as close as the others. */
const middle = (label: number) => {
  const { data } = unitRows(rows(1, WIDTH, createRng('middles').split(label).normals(WIDTH)));
  return data.map((value) => value * Math.sqrt(WIDTH));
};
const around = (labels: readonly number[], rng: Rng, apart = 0.6): Rows =>
  unitRows(
    rows(
      labels.length,
      WIDTH,
      labels.flatMap((label) => [...middle(label)].map((value) => value + rng.normal(0, apart))),
    ),
  );
const spread = (count: number) => Array.from({ length: count }, (_, i) => i % OLD);
const none = { features: rows(0, WIDTH), outOf: 0 };
const model = firstStage(around(spread(300), createRng('first')), new Float64Array(WIDTH), createRng('topics'), {
  clusters: OLD,
});
const news = [...spread(150), ...Array<number>(40).fill(OLD)];

describe('a stage', () => {
  test('the first one finds the clusters there are', () => {
    expect(model.heads.count).toBe(OLD);
    const { heads } = assign(model, around(spread(60), createRng('more')));
    for (let label = 0; label < OLD; label++)
      expect(new Set([...heads.keys()].filter((i) => i % OLD === label).map((i) => heads[i])).size).toBe(1);
  });

  test('weeks without a new class bring a topic in at most one of twenty, and then nothing moves', () => {
    const outcomes = Array.from({ length: 20 }, (_, week) =>
      nextStage(model, around(spread(150), createRng(`quiet ${week}`)), none, createRng(week)),
    );
    expect(outcomes.filter(({ births }) => births.length > 0).length).toBeLessThanOrEqual(1);
    const calm = outcomes.find(({ verdict }) => verdict === 'nothing-new');
    expect(calm?.model.heads).toBe(model.heads);
    expect(calm?.model.quiet).toHaveLength(2);
  });

  test('a new class is one topic beside the old ones, which stay where they are, and the same input gives it again', () => {
    const run = () => nextStage(model, around(news, createRng('news')), none, createRng('stage'));
    const { births, verdict, model: after, training } = run();
    expect(verdict).toBe('born');
    expect(births).toHaveLength(1);
    expect(after.heads.data.slice(0, OLD * WIDTH)).toEqual(model.heads.data);
    expect(run().model.heads.data).toEqual(after.heads.data);
    const { heads, novelty } = assign(after, around(Array<number>(50).fill(OLD), createRng('later')));
    expect([...heads].filter((head, i) => head === OLD && novelty[i] <= 0).length).toBeGreaterThan(40);
    expect(training?.position).toBeGreaterThanOrEqual(0);
  });

  test('one group that grows is news in a stage that as a whole is not', () => {
    const few = around([...spread(600), ...Array<number>(12).fill(OLD)], createRng('few'));
    const restless: TopicModel = { ...model, quiet: [{ share: 0.3, papers: 600 }] };
    const before = { features: around([], createRng('none')), outOf: 3000 };
    const found = nextStage(restless, few, before, createRng('stage'));
    expect(found.excess.isExcess).toBe(false);
    expect(found.births).toHaveLength(1);
    expect(found.births[0].statistic).toBeGreaterThan(3.5);
    // As much of it as ever is no news.
    const steady = { features: around(Array<number>(60).fill(OLD), createRng('old')), outOf: 3000 };
    expect(nextStage(restless, few, steady, createRng('stage')).births).toEqual([]);
  });

  test('a corner of an old topic that fills up splits off; the old topic stays, and its later papers do too', () => {
    const rng = createRng('corner');
    const corner = (count: number) => {
      const own = middle(0).map((value, d) => value + 0.85 * middle(77)[d]);
      return Array.from({ length: count }, () => [...own].map((value) => value + rng.normal(0, 0.25))).flat();
    };
    const week = (count: number, own: number) =>
      unitRows(rows(count + own, WIDTH, [...around(spread(count), rng, 1).data, ...corner(own)]));
    const wide = firstStage(week(900, 0), new Float64Array(WIDTH), createRng('wide'), { clusters: OLD });
    const waiting = { ...none, outOf: 900, earlier: week(900, 0) };
    const now = week(150, 30);
    const found = nextStage(wide, now, waiting, createRng('stage'));
    expect(found.births).toHaveLength(1);
    expect(found.births[0]).toMatchObject({ isWithin: true });
    expect(found.births[0].nearest).toBe(assign(wide, unitRows(rows(1, WIDTH, middle(0)))).heads[0]);
    const heads = (of: Rows, by: TopicModel) => [...assign(by, of).heads];
    expect(heads(now, found.model).filter((head, i) => head === OLD && i >= 150).length).toBeGreaterThan(24);
    const old = around(spread(300), createRng('as before'), 1);
    const before = heads(old, wide);
    expect(heads(old, found.model).filter((head, i) => head === before[i]).length).toBeGreaterThan(290);
    // As much of it again is known in the weeks that follow, and no second topic.
    const again = { ...waiting, earlier: unitRows(rows(1080, WIDTH, [...waiting.earlier.data, ...now.data])) };
    const later = nextStage(found.model, week(150, 30), { ...again, young: [OLD] }, createRng('later'));
    expect(later.births).toEqual([]);
    // Titles alone, and a stream that was read from only now, are no growth.
    const titlesOnly = Array.from({ length: 30 }, (_, i) => 150 + i);
    expect(nextStage(wide, now, waiting, createRng('stage'), { titlesOnly }).births).toEqual([]);
    const begun = { ...waiting, outOf: 150, earlier: week(150, 0) };
    expect(nextStage(wide, now, begun, createRng('stage')).births).toEqual([]);
  });

  test('what comes beside a young topic, and is taken in by it, is born from it; more of the topic itself is not', () => {
    const rng = createRng('second');
    const beside = (count: number) =>
      Array.from({ length: count }, () =>
        [...middle(OLD)].map((value, d) => value + 0.85 * middle(78)[d] + rng.normal(0, 0.25)),
      ).flat();
    const week = (first: number, second: number) =>
      unitRows(
        rows(150 + first + second, WIDTH, [
          ...around([...spread(150), ...Array<number>(first).fill(OLD)], rng, 1).data,
          ...beside(second),
        ]),
      );
    const before = around(spread(900), rng, 1);
    const wide = firstStage(before, new Float64Array(WIDTH), createRng('wide'), { clusters: OLD });
    const begun = week(40, 0);
    const born = nextStage(wide, begun, { ...none, outOf: 900, earlier: before }, createRng('first'));
    expect(born.births).toHaveLength(1);
    const earlier = unitRows(rows(before.count + begun.count, WIDTH, [...before.data, ...begun.data]));
    const waiting = { ...none, outOf: earlier.count, earlier, young: [OLD] };
    const now = week(30, 30);
    const { heads, novelty } = assign(born.model, now);
    const isTakenIn = (i: number) => heads[i] === OLD && novelty[i] <= 0;
    expect([...Array(30).keys()].filter((i) => isTakenIn(180 + i)).length).toBeGreaterThan(20);
    const found = nextStage(born.model, now, waiting, createRng('second'));
    expect(found.births).toHaveLength(1);
    expect(found.births[0]).toMatchObject({ isWithin: true, nearest: OLD });
    expect([...assign(found.model, now).heads.slice(180)].filter((head) => head === OLD + 1).length).toBeGreaterThan(
      24,
    );
    expect(nextStage(born.model, week(80, 0), waiting, createRng('alone')).births).toEqual([]);
  });

  test('an empty stage, one paper, and papers without words have an answer', () => {
    expect(nextStage(model, rows(0, WIDTH), none, createRng(1)).verdict).toBe('empty');
    expect(nextStage(model, around([0], createRng(1)), none, createRng(1)).births).toEqual([]);
    const wordless = centred([new Float64Array(WIDTH)], middle(0));
    expect([...wordless.data]).toEqual([...new Float64Array(WIDTH)]);
    expect(assign(model, wordless).novelty[0]).toBeGreaterThan(0);
    expect(() =>
      firstStage(around(spread(12), createRng(1)), new Float64Array(WIDTH), createRng(1), { clusters: 6 }),
    ).toThrow(/none has 8/);
  });

  test('of more papers than are looked at for density some are drawn, and what is new is found among all', () => {
    const rng = createRng('many');
    const now = around([...spread(5100), ...Array<number>(100).fill(OLD)], rng);
    const waiting = { ...none, outOf: 40_000, earlier: around(spread(900), rng) };
    const { births, model: after } = nextStage(model, now, waiting, createRng('stage'));
    expect(births).toHaveLength(1);
    const { heads } = assign(after, now);
    expect([...heads].filter((head, i) => head === OLD && i >= 5100).length).toBeGreaterThan(90);
  }, 90_000);

  test('heads of one topic count together', () => {
    const features = around(spread(30), createRng('together'));
    const apart = assign(model, features);
    const topicOf = [0, 0, 2, 3, 4, 5];
    const joint = assign(model, features, topicOf);
    for (let i = 0; i < features.count; i++) {
      expect(topicOf[joint.heads[i]]).toBe(topicOf[apart.heads[i]]);
      if (topicOf[joint.heads[i]] === 0) expect(joint.probabilities[i]).toBeGreaterThanOrEqual(apart.probabilities[i]);
      expect(joint.probabilities[i]).toBeGreaterThanOrEqual(joint.nextProbabilities[i]);
    }
    const alone = { ...model, heads: chosenRows(model.heads, [0]), prototypes: chosenRows(model.prototypes, [0]) };
    expect(assign(alone, chosenRows(features, [0])).probabilities[0]).toBe(1);
    expect(rowOf(alone.heads, 0)).toHaveLength(WIDTH);
  });
});

import type { Rng } from '@broadsheet/engine/stats';
import { chosenRows, type Rows, rowOf, rows } from '../happy/rows.ts';
import { sphericalKMeans } from '../new-classes/index.ts';
import { assign, describe, type TopicModel } from './model.ts';

export interface FirstStageOptions {
  /** Clusters to begin with; small ones are let go. */
  readonly clusters: number;
  readonly leastSize?: number;
}

/** Share of papers that are kept from clustering, to see how many are usually far from every topic. */
const HELD_OUT = 0.1;

/**
 * The first topics, without labels: clusters of the papers of the first months. The paper's stage 0 learns from labelled
 * classes; where there are none, clusters take their place, the largest first.
 * @param features centred unit rows
 */
export function firstStage(
  features: Rows,
  centre: Float64Array,
  rng: Rng,
  { clusters, leastSize = 8 }: FirstStageOptions,
): TopicModel {
  const turn = rng.split('held out').permutation(features.count);
  const outside = Math.floor(features.count * HELD_OUT);
  const held = chosenRows(features, turn.slice(0, outside));
  const kept = chosenRows(features, turn.slice(outside).toSorted());
  const found = sphericalKMeans(kept, clusters, rng.split('clusters'), { restarts: 5 });
  const groups = Map.groupBy(found.labels.keys(), (i) => found.labels[i]);
  const members = [...groups.values()]
    .filter((group) => group.length >= leastSize)
    .toSorted((a, b) => b.length - a.length || a[0] - b[0]);
  if (members.length === 0)
    throw new RangeError(`firstStage: of ${clusters} clusters of ${kept.count} papers none has ${leastSize}.`);
  const described = members.map((group) => describe(chosenRows(kept, group)));
  const prototypes = rows(members.length, features.width);
  for (const [c, { prototype }] of described.entries()) rowOf(prototypes, c).set(prototype);
  const model: TopicModel = {
    centre,
    heads: prototypes,
    prototypes,
    thresholds: Float64Array.from(described, ({ threshold }) => threshold),
    cohesions: Float64Array.from(described, ({ cohesion }) => cohesion),
    radius: Math.sqrt(described.reduce((sum, { spread }) => sum + spread, 0) / described.length),
    quiet: [],
  };
  const novel = assign(model, held).novelty.filter((novelty) => novelty > 0).length;
  return { ...model, quiet: [{ share: novel / Math.max(1, held.count), papers: held.count }] };
}

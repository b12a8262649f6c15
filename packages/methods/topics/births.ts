import { chosenRows, dot, joinedRows, type Rows, rowOf } from '../happy/rows.ts';
import { describe, type TopicModel } from './model.ts';
import { nearestRows } from './products.ts';
import type { StagePool } from './proposals.ts';

/** A topic that a stage found. */
export interface Birth {
  readonly head: Float64Array;
  readonly prototype: Float64Array;
  readonly threshold: number;
  readonly cohesion: number;
  /** Papers that it was born from. */
  readonly papers: number;
  /** The topic there was that most of them were in, or else the one that is most like it. */
  readonly nearest: number;
  readonly cosine: number;
  /** Whether it split off from that topic: more than half of its papers were in old ones. */
  readonly isWithin: boolean;
  /** z of the excess that it was found by: of the whole stage, or its own. */
  readonly statistic: number;
}

/** New heads with what they won; those with too little are retired, duplicates united. */
export function bornOf(
  before: TopicModel,
  trained: Rows,
  { points, candidates, proposals }: StagePool,
  leastSize: number,
  duplicate: number,
): { births: Birth[]; retired: number; duplicates: number } {
  const won = nearestRows(points, joinedRows(before.heads, trained));
  const large = proposals
    .map((proposal, c) => {
      const isWon = (i: number) => won[i] === before.heads.count + c;
      // A group that lay apart takes in what else lay apart and is nearest to it; one that grew is only itself.
      const members = proposal.isGrown
        ? proposal.members.filter(isWon)
        : Array.from({ length: candidates }, (_, i) => i).filter(isWon);
      return { members, c, proposal };
    })
    .filter(({ members }) => members.length >= leastSize)
    .toSorted((a, b) => b.members.length - a.members.length || a.c - b.c);
  const births: Birth[] = [];
  let duplicates = 0;
  for (const { members, c, proposal } of large) {
    const { prototype, threshold, cohesion } = describe(chosenRows(points, members));
    const near = mostLike(prototype, before.prototypes);
    if (near.cosine >= duplicate || births.some((birth) => dot(birth.prototype, prototype) >= duplicate)) {
      duplicates++;
      continue;
    }
    const nearest = proposal.parent ?? near.index;
    births.push({
      ...{ head: Float64Array.from(rowOf(trained, c)), prototype, threshold, cohesion, papers: members.length },
      ...{ nearest, cosine: dot(prototype, rowOf(before.prototypes, nearest)) },
      ...{ isWithin: proposal.parent !== null, statistic: proposal.statistic },
    });
  }
  return { births, retired: trained.count - large.length, duplicates };
}

export function mostLike(vector: Float64Array, others: Rows): { index: number; cosine: number } {
  let [index, cosine] = [-1, -1];
  for (let c = 0; c < others.count; c++) {
    const found = dot(vector, rowOf(others, c));
    if (found > cosine) [index, cosine] = [c, found];
  }
  return { index, cosine };
}

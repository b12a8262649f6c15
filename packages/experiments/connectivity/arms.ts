import type { TaskName } from '@broadsheet/datasets/neuro-tasks';
import { type Matrix, matrix, svd } from '@broadsheet/engine/linalg';
import { createRng, type Rng } from '@broadsheet/engine/stats';
import {
  cellTypeBlocks,
  centred,
  type Decomposition,
  dale,
  erdosRenyi,
  gaussian,
  matched,
  shuffled,
  sonet,
  truncated,
  weighted,
} from '@broadsheet/methods/connectivity';
import type { Settings } from './parameters.ts';

/** One way to start the recurrent weights. Its part of a run is `rank/TASK/R` or `structure/NAME`. */
export interface Arm {
  readonly part: string;
  readonly task: TaskName;
  /** As figures name it: 'rank 1', 'blocks'. */
  readonly name: string;
  readonly rank: number | null;
}

/** Structures and, with "-null", the same entries (or the same density) without the structure. */
export const STRUCTURES = ['blocks', 'blocks-null', 'chains', 'chains-null', 'dale', 'dale-null'] as const;
export type StructureName = (typeof STRUCTURES)[number];
export const STRUCTURE_TASK: TaskName = '2AF';

// Fewer chains than chance: more would raise the spectral radius until ReLU networks explode. Ours.
const FEWER_CHAINS = { density: 0.1, convergence: 0.35, divergence: 0.35, chains: -0.3 };

export function rankPart(task: TaskName, rank: number): string {
  return `rank/${task}/${rank}`;
}

export function structurePart(name: StructureName): string {
  return `structure/${name}`;
}

export function armOf(part: string): Arm {
  const [kind, second, third] = part.split('/');
  if (kind === 'rank') return { part, task: second as TaskName, name: `rank ${third}`, rank: Number(third) };
  return { part, task: STRUCTURE_TASK, name: second.replace('-null', ', null'), rank: null };
}

/** All random draws of a seed, each from a stream of its own, so that arms are paired. */
export function streamsOf(seed: number): (name: string) => Rng {
  const root = createRng(seed).split('connectivity');
  return (name) => root.split(name);
}

/** Start of the recurrent weights of one seed: every rank of a seed comes from the same Gaussian draw. */
export function startOf(arm: Arm, seed: number, { units, gain, match }: Settings): Matrix {
  const { w, decomposition } = gaussianOf(seed, units, gain);
  if (arm.rank === units) return w; // already of its own norm
  if (arm.rank !== null) return matched(truncated(decomposition, arm.rank), w, match);
  return matched(structureOf(arm.part.split('/')[1] as StructureName, seed, w), w, match);
}

/** W_x and W_o, the same for every arm of a seed: uniform in ±1/√inputs, PyTorch's default and so the code's. */
export function outerWeightsOf(seed: number, units: number, channels: number, outputs: number) {
  const stream = streamsOf(seed);
  const uniform = (name: string, rows: number, columns: number) =>
    matrix(rows, columns, stream(name).uniforms(rows * columns, -1 / Math.sqrt(columns), 1 / Math.sqrt(columns)));
  return { wx: uniform(`wx ${channels}`, units, channels), wo: uniform('wo', outputs, units) };
}

function structureOf(name: StructureName, seed: number, w: Matrix): Matrix {
  const units = w.shape[0];
  const rng = (stream: string) => streamsOf(seed)(stream);
  const blocks = () => cellTypeBlocks(units, rng('blocks'));
  switch (name) {
    case 'blocks':
      return blocks();
    case 'blocks-null':
      return shuffled(blocks(), rng('blocks-null'));
    case 'chains':
      return centred(weighted(sonet(units, FEWER_CHAINS, rng('chains')), rng('chain weights')));
    case 'chains-null':
      return erdosRenyi(units, FEWER_CHAINS.density, rng('chains-null'));
    case 'dale':
      return dale(w);
    case 'dale-null':
      return shuffled(dale(w), rng('dale-null'));
  }
}

/** The last few Gaussian starts with their decompositions: all arms of a seed share one, and N = 300 takes 0.3 s. */
const decompositions = new Map<string, { w: Matrix; decomposition: Decomposition }>();
const KEPT = 20;

function gaussianOf(seed: number, units: number, gain: number): { w: Matrix; decomposition: Decomposition } {
  const key = `${seed} ${units} ${gain}`;
  let found = decompositions.get(key);
  if (!found) {
    const w = gaussian(units, gain, streamsOf(seed)('wh'));
    found = { w, decomposition: svd(w) };
    decompositions.set(key, found);
    if (decompositions.size > KEPT) decompositions.delete(decompositions.keys().next().value as string);
  }
  return found;
}

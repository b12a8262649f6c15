import { ABLATION, BASELINES, HAPPY, type Recipe } from '@broadsheet/methods/happy';

/** One way to go through the stages. Its name is its part of a run. */
export interface Arm {
  readonly name: string;
  readonly label: string;
  /** Missing: nothing is trained. */
  readonly recipe?: Recipe;
  readonly kind?: 'k-means' | 'init only' | 'gcd';
  /** τ_h where it is not the run's own. */
  readonly tauH?: number;
  readonly freezeAdapter?: boolean;
  readonly estimates?: boolean;
}

const g = ABLATION.g;
const LAMBDA = 5;

export const ARMS: readonly Arm[] = [
  { name: 'g', label: 'Happy', recipe: g },
  { name: 'simgcd', label: 'SimGCD', recipe: BASELINES.simgcd },
  { name: 'kmeans', label: 'k-means', kind: 'k-means' },
  { name: 'init', label: 'init only', kind: 'init only' },
  { name: 'a', label: 'a: no component', recipe: ABLATION.a },
  { name: 'b', label: 'b: entropy', recipe: ABLATION.b },
  { name: 'c', label: 'c: init', recipe: ABLATION.c },
  { name: 'd', label: 'd: entropy, init', recipe: ABLATION.d },
  { name: 'e', label: 'e: replay, distillation', recipe: ABLATION.e },
  { name: 'f', label: 'f: entropy, init, replay', recipe: ABLATION.f },
  { name: 'simgcd+', label: 'SimGCD+', recipe: BASELINES['simgcd+'] },
  { name: 'gcd', label: 'GCD', recipe: BASELINES.gcd, kind: 'gcd' },
  { name: 'g-uniform', label: 'Happy, even replay', recipe: g, tauH: Number.POSITIVE_INFINITY },
  { name: 'g-sharp', label: 'Happy, τ_h = 0.01', recipe: g, tauH: 0.01 },
  {
    name: 'g-heavy',
    label: 'Happy, λ₁ = 5',
    recipe: { ...g, weights: { ...HAPPY, between: LAMBDA, withinOld: LAMBDA, withinNew: LAMBDA } },
  },
  { name: 'g-plain', label: 'Happy, λ₃ = 0', recipe: { ...g, weights: { ...HAPPY, contrast: 0 } } },
  { name: 'g-estimated', label: 'Happy, count estimated', recipe: g, estimates: true },
  { name: 'g-reclustered', label: 'Happy, re-clustered (ours)', recipe: { ...g, heads: 'reclustered' } },
  { name: 'g-frozen', label: 'Happy, heads only', recipe: g, freezeAdapter: true },
];

/** What a page shows first, and what everything is asked of. */
const FEW: readonly string[] = ['g', 'simgcd', 'kmeans', 'init', 'a', 'b'];

export type ArmSet = 'few' | 'all';

export function armNames(set: ArmSet): string[] {
  return ARMS.map(({ name }) => name).filter((name) => set === 'all' || FEW.includes(name));
}

export function armOf(name: string): Arm {
  const found = ARMS.find((arm) => arm.name === name);
  if (!found)
    throw new RangeError(`There is no method "${name}"; there are ${ARMS.map((arm) => arm.name).join(', ')}.`);
  return found;
}

import type { Layer } from '@broadsheet/methods/five-layer';

/** What a session is played under. */
export interface Arm {
  readonly id: string;
  readonly label: string;
  /** Whose advice is taken at the end. */
  readonly advice: 'none' | 'last-turn' | 'five-samples' | 'two-debaters';
  /** Layers that watch; without any, nothing can alarm. */
  readonly layers: ReadonlySet<Layer>;
  /** Only the checks that cost no call. */
  readonly onlyDeterministic: boolean;
  readonly calibrates: boolean;
  /** A new context from a written brief, after so many turns; 0 is never. */
  readonly restartEvery: number;
}

const ALL: readonly Layer[] = [1, 2, 3, 4, 5];
const NONE: ReadonlySet<Layer> = new Set();
const plain = {
  advice: 'last-turn',
  layers: NONE,
  onlyDeterministic: false,
  calibrates: false,
  restartEvery: 0,
} as const;
const full = { ...plain, layers: new Set(ALL), calibrates: true } as const;

export const FULL: Arm = { id: 'F', label: 'all five layers', ...full };
export const ARMS: readonly Arm[] = [
  { id: 'B0', label: 'plain chat', ...plain },
  { id: 'B2', label: 'five samples, averaged', ...plain, advice: 'five-samples' },
  { id: 'B3', label: 'two models, averaged', ...plain, advice: 'two-debaters' },
  { id: 'B4', label: 'checklist, no model', ...plain, advice: 'none' },
  { id: 'B5', label: 'restarted from a brief', ...plain, restartEvery: 5 },
  { id: 'B6', label: 'checks that cost no call', ...plain, layers: new Set(ALL), onlyDeterministic: true },
  FULL,
  ...ALL.map((layer) => ({
    id: `F−L${layer}`,
    label: `without layer ${layer}`,
    ...full,
    layers: new Set(ALL.filter((other) => other !== layer)),
  })),
  { id: 'F−C', label: 'without calibration', ...full, calibrates: false },
];

export function armOf(id: string): Arm {
  const arm = ARMS.find((each) => each.id === id);
  if (!arm)
    throw new RangeError(`armOf: there is no arm "${id}"; the arms are ${ARMS.map((each) => each.id).join(', ')}.`);
  return arm;
}

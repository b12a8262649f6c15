/** Optimisers, schedules and clipping, as pure functions over trees of parameters. */
export { type AdamOptions, adam, adamW } from './adam.ts';
export { clipByGlobalNorm, globalNorm } from './clip.ts';
export type { Optimiser } from './optimiser.ts';
export { constant, cosine, type Schedule, stepwise, warmUp } from './schedules.ts';
export { type SgdOptions, sgd } from './sgd.ts';

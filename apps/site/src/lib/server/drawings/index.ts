import { branches } from './branches.ts';
import { curves } from './curves.ts';
import type { Family } from './family.ts';
import { frames } from './frames.ts';
import { rings } from './rings.ts';
import { rosette } from './rosette.ts';
import { strata } from './strata.ts';
import { wheels } from './wheels.ts';

export type { Family } from './family.ts';

/** Every family. Their order deals out papers without a category, so a new one is not added before a major release. */
export const FAMILIES: Family[] = [rosette, strata, frames, wheels, branches, curves, rings];

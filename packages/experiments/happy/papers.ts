import { type ClassStages, classesAt, drawClassStages, type StagePlan } from '@broadsheet/datasets/class-stages';
import { PAPER_CATEGORIES, readPaperCategories } from '@broadsheet/datasets/paper-categories';
import { pooledClasses } from '@broadsheet/datasets/pooled-classes';
import type { Rng } from '@broadsheet/engine/stats';
import type { RunContext } from '../contract.ts';
import { sha256 } from '../sha256.ts';

/** Of the shipped vectors. The hash stands here so that other vectors make recorded runs stale. */
export const PAPER_WIDTH = 64;
const VECTORS = 'ca5cca928386a4efc925e809068b4d399d9e1ceb4d564b6ad2942d5b8bb5772f';

/**
 * Stages of real papers: for each stream other categories in another order. A category with fewer papers than a set asks
 * for repeats them there; what is tested is never learnt from.
 * @throws {RangeError} where more classes are asked for than there are categories
 */
export async function paperStages(context: RunContext, plan: StagePlan, rngs: readonly Rng[]): Promise<ClassStages[]> {
  const bytes = await context.data(PAPER_CATEGORIES);
  const found = sha256(bytes);
  if (found !== VECTORS)
    throw new Error(
      `The vectors of papers are not those of this version (${found.slice(0, 12)}, not ${VECTORS.slice(0, 12)}).`,
    );
  const pool = readPaperCategories(bytes);
  const classes = classesAt(plan, plan.stages);
  if (classes > pool.names.length)
    throw new RangeError(
      `${plan.initialClasses} initial classes and ${plan.stages} × ${plan.newPerStage} new ones are ${classes}; there are papers of ${pool.names.length} categories. Ask for fewer.`,
    );
  const { initialClasses, perTest } = plan;
  return rngs.map((rng) => {
    const order = [...rng.split('categories').permutation(pool.names.length)].slice(0, classes);
    const { training, testing } = pooledClasses(pool, { order, initialClasses, perTest }, rng.split('pool'));
    const samples = rng.split('samples');
    const learnt = drawClassStages({ ...plan, perTest: 0 }, training, samples);
    const tested = drawClassStages(
      { ...plan, stages: plan.stages, perInitial: 0, perNew: 0, perOld: 0 },
      testing,
      samples,
    );
    return { ...learnt, test: tested.test };
  });
}

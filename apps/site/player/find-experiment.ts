import { type Experiment, loadExperiment } from '@broadsheet/experiments';
import type { RunOrder } from './order.ts';

/** The experiment of an order: a piece of the player's scripts, or a module of its own. */
export async function findExperiment(order: Pick<RunOrder, 'experiment' | 'module'>): Promise<Experiment> {
  const found = order.module
    ? ((await import(/* @vite-ignore */ new URL(order.module, location.origin).href)) as { experiment: Experiment })
        .experiment
    : await loadExperiment(order.experiment);
  if (!found)
    throw new Error(`This site's scripts know no experiment "${order.experiment}"; loading the page anew may help.`);
  return found;
}

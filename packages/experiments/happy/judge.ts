import { type ClassStages, classesAt, testOf } from '@broadsheet/datasets/class-stages';
import {
  type Accuracy,
  clusterAccuracy,
  discovery,
  forgetting,
  groupMass,
  hardnessBias,
  type Model,
  type Prediction,
  predictionBias,
} from '@broadsheet/methods/happy';
import type { Settings } from './parameters.ts';

/** What was found after each stage of one seed; accuracies in percent. */
export interface Judge {
  /** @param model missing where there are no heads (k-means) */
  stage(stage: number, predicted: Prediction, model: Model | undefined, oldHeads: number): Accuracy;
  values(): Record<string, number | null>;
}

export function createJudge({ plan }: Settings, data: ClassStages): Judge {
  const values: Record<string, number | null> = {};
  const initial: number[] = [];
  const found: { all: number; old: number; fresh: number }[] = [];
  return {
    stage(stage, { labels, features }, model, oldHeads) {
      const test = testOf(plan, data, stage);
      const oldClasses = stage === 0 ? plan.initialClasses : classesAt(plan, stage - 1);
      const accuracy = clusterAccuracy(test.labels, labels, (label) => label < oldClasses);
      initial.push(percent(meanOf(accuracy.perClass.subarray(0, plan.initialClasses))));
      if (stage === 0) {
        values['all.0'] = percent(accuracy.all);
        return accuracy;
      }
      const shares = {
        all: percent(accuracy.all),
        old: percent(accuracy.old ?? 0),
        fresh: percent(accuracy.fresh ?? 0),
      };
      found.push(shares);
      for (const [name, value] of Object.entries(shares)) values[`${name}.${stage}`] = value;
      if (model && stage === 1) {
        const bias = predictionBias(test.labels, labels, oldClasses, oldHeads);
        const mass = groupMass(features, model.heads, oldHeads);
        values.deltaR = bias === null ? null : percent(bias);
        values.deltaP = percent(mass.old - mass.fresh);
        values.oldAsNew = percent(
          shareOf(
            labels,
            test.labels,
            (label) => label < oldClasses,
            (id) => id >= oldHeads,
          ),
        );
      }
      if (stage === plan.stages) {
        const bias = hardnessBias(accuracy.perClass.map(percent), plan.initialClasses);
        values.variance = bias.variance;
        values.worst = bias.worst;
      }
      return accuracy;
    },
    values() {
      for (const name of ['all', 'old', 'fresh'] as const) values[name] = meanOf(found.map((shares) => shares[name]));
      if (initial.length > plan.stages) values.forgetting = forgetting(initial);
      values.discovery = discovery(found.map(({ fresh }) => fresh));
      return values;
    },
  };
}

function shareOf(
  ids: Int32Array,
  truth: Int32Array,
  among: (label: number) => boolean,
  counts: (id: number) => boolean,
): number {
  let [hits, size] = [0, 0];
  for (let i = 0; i < ids.length; i++)
    if (among(truth[i])) {
      size++;
      if (counts(ids[i])) hits++;
    }
  return hits / size;
}

function percent(share: number): number {
  return 100 * share;
}

function meanOf(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

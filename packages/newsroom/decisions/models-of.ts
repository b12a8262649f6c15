import type { DetectorId } from '@broadsheet/methods/five-layer';
import { BUNDLED, SECOND_BUNDLED } from './endpoints/names.ts';
import type { Alarm, DecisionState } from './state.ts';

type Models = Pick<DecisionState, 'endpoint' | 'second' | 'judge' | 'dismissed'>;

/** Who would take the advisor's place, and challenges it till then; null where no other model takes part. */
export function otherModelOf({ endpoint, second, dismissed }: Models): string | null {
  const isFree = (id: string) => id !== endpoint && !dismissed.includes(id);
  if (second !== null) return isFree(second) ? second : null;
  // Rules, which know nothing of the matter, stand in for rules only.
  const rules = endpoint === BUNDLED ? SECOND_BUNDLED : endpoint === SECOND_BUNDLED ? BUNDLED : null;
  return rules !== null && isFree(rules) ? rules : null;
}

/**
 * The models of a decision after another took the advisor's place. One that was replaced for what it said or is takes no
 * further part: what made it a bad advisor makes it no judge of its successor. One whose chat was only too long, or where
 * the alarm was of the people's own table, challenges from then on, in contexts of its own.
 */
export function afterReplacement(models: Models, alarms: readonly Alarm[]): Models {
  const other = otherModelOf(models);
  // Of a record from before; whoever advised goes on.
  if (other === null) return models;
  const { endpoint, judge, dismissed } = models;
  if (!alarms.some(({ detector }) => !NOT_OF_THE_MODEL.has(detector)))
    return { endpoint: other, second: endpoint, judge, dismissed };
  return {
    endpoint: other,
    second: null,
    judge: judge === endpoint ? null : judge,
    dismissed: [...dismissed, endpoint],
  };
}

const NOT_OF_THE_MODEL: ReadonlySet<DetectorId> = new Set([
  'anchors',
  'canaries',
  'budget',
  'truncation',
  'stakeholders',
]);

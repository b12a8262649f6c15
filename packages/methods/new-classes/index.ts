/** New classes in a stream that mostly brings none: the gate before a stage of Happy, and ids that stay. Ours. */
export {
  cohesionOf,
  type Excess,
  excessOf,
  noveltyOf,
  type Proposal,
  type ProposalRules,
  proposalsOf,
  type Thresholds,
  thresholdsOf,
} from './gate.ts';
export { layOut, type Place } from './layout.ts';
export {
  currentId,
  DORMANT_AFTER,
  EMPTY_LEDGER,
  type Entry,
  isDormant,
  type Ledger,
  matchRerun,
  withBirths,
  withMerge,
  withSeen,
} from './ledger.ts';

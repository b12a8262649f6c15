/** "Should we build on this paper?": decisions of people with a model beside them, watched by five layers of checks. */
export { requireRoleIn, roleIn, UnknownDecision } from './access.ts';
export { OverBudget, tokensUsed } from './budget.ts';
export { measureBaseline, runStage } from './calibrate.ts';
export {
  addEvidence,
  confirmHolding,
  createDecision,
  dissolveDecision,
  freezeQuestion,
  getReady,
  giveContract,
  giveForecast,
  makeChallenge,
  nameBiases,
  openAlarms,
  overrideAlarms,
  predicatesOf,
  replaceAdvice,
  resolveChallenge,
  resolveClaim,
  reviewDecision,
  setStakeholder,
  signDecision,
  step,
} from './commands.ts';
export {
  BUNDLED,
  endpointOf,
  listEndpoints,
  ModelError,
  RefusedAddress,
  removeEndpoint,
  saveEndpoint,
} from './endpoints/index.ts';
export { CHALLENGE_KINDS, type ChallengeKind, type DecisionEvent, type Replacement } from './events.ts';
export { exportJson, exportMarkdown, NOTICE, verifyExport } from './export.ts';
export * as inputs from './inputs.ts';
export { burdenedBy, CALIBRATION_STAGES, INITIALISATION_STAGES, lampsNow } from './lamps.ts';
export { type Calibration, calibrationOf, type DecisionSummary, FEWEST_TO_SCORE, listDecisions } from './list.ts';
export { exportDecisions, forgetDecisions } from './personal-data.ts';
export { FEWEST_SENTENCES, sentencesIn } from './questions.ts';
export { eraseEvent, readDecision, StaleDecision, verifyDecision } from './record.ts';
export { Refused } from './refused.ts';
export type { DecisionState } from './state.ts';
export { MayNotTalk, talk } from './talk.ts';
export { watchTurn } from './watch.ts';

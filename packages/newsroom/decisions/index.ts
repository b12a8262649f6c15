/** "Should we build on this paper?": decisions of people with a model beside them, watched by five layers of checks. */
export { CHALLENGE_KINDS, type ChallengeKind } from '@broadsheet/methods/five-layer';
export { type Abilities, abilitySentences, type Missing, missingSentence } from './abilities.ts';
export { type DecisionForm, NEEDS, requireNeed, requireRoleIn, roleIn, UnknownDecision } from './access.ts';
export { challengeIfDue, followTurn } from './after-turn.ts';
export { openAlarms, overrideAlarms, recalibrate, replaceAdvice } from './alarms.ts';
export { addAssumption, judgeAssumption, reportCriterion } from './assumptions.ts';
export {
  addEvidence,
  amendQuestion,
  createDecision,
  freezeQuestion,
  giveContract,
  giveForecast,
  isBlind,
  nameBiases,
  setStakeholder,
  withdrawEvidence,
} from './begin.ts';
export { OverBudget, spentOn } from './budget.ts';
export { measureBaseline, runStage, runStages } from './calibrate.ts';
export {
  changesSince,
  citedFor,
  isChallengeWanted,
  makeChallenge,
  resolveChallenge,
} from './challenges.ts';
export { challengeClaim, resolveClaim } from './claims.ts';
export { confirmHolding, getReady, reviewDecision, signDecision } from './closing.ts';
export {
  BUNDLED,
  endpointOf,
  listEndpoints,
  ModelError,
  RefusedAddress,
  removeEndpoint,
  saveEndpoint,
} from './endpoints/index.ts';
export { eraseEvent, whyNotErased, wordsIn } from './erase.ts';
export type { DecisionEvent, Replacement } from './events.ts';
export { abandonIdleDecisions } from './expire.ts';
export { exportJson, exportMarkdown, NOTICE, peopleIn, verifyExport } from './export.ts';
export { followDecision, type Told } from './follow.ts';
export * as inputs from './inputs.ts';
export { judgeRebuttal } from './judging.ts';
export {
  burdenedBy,
  CALIBRATION_STAGES,
  checksNow,
  INITIALISATION_STAGES,
  lampsNow,
  partnershipOf,
} from './lamps.ts';
export { sendsMail } from './letters.ts';
export {
  type Calibration,
  calibrationOf,
  type DecisionPage,
  type DecisionSummary,
  FEWEST_TO_SCORE,
  listDecisions,
} from './list.ts';
export {
  declineInvitation,
  type Invitation,
  type Invited,
  invitationByLink,
  invitationsOf,
  invite,
  join,
  listInvitations,
  type OpenInvitation,
  setMember,
  takeBackInvitation,
} from './members.ts';
export { otherModelOf } from './models-of.ts';
export { actorOf, namesOf, readerIdOf } from './people.ts';
export { exportDecisions, forgetDecisions } from './personal-data.ts';
export { predicatesOf } from './predicates.ts';
export { openProposals } from './proposals.ts';
export { FEWEST_SENTENCES, sentencesIn } from './questions.ts';
export { readDecision, readEvents, StaleDecision, verifyDecision } from './record.ts';
export { Refused } from './refused.ts';
export { remindOfReviews } from './remind.ts';
export { KeyRefused, once } from './requests.ts';
export type { DecisionState } from './state.ts';
export { continueDecision, dissolveDecision, reopenDecision } from './stopping.ts';
export { MayNotTalk, refuseSilence, TalkInHand, talk } from './talk.ts';
export type { TaskKind, TaskWork } from './task-kinds.ts';
export { startDecisionWorker } from './task-worker.ts';
export { askForTask, cancelTask, type DecisionTask, taskOf, waitForTask } from './tasks.ts';
export { watchTurn } from './watch.ts';
export { step } from './write.ts';

/** The five-layer architecture (arXiv 2511.07669) as pure functions: no HTTP, no clock, no storage. */
export { attribute, type Cause, causeOf, type ProbePattern, REPLACEMENT } from './attribution.ts';
export {
  CHALLENGE_ASKS,
  CHALLENGE_KINDS,
  type ChallengeAnswer,
  type ChallengeKind,
  isChallengeDue,
  nearestByVectors,
  nearestByWords,
  nextChallengeKind,
  type PastChallenge,
  whyNotClosed,
} from './challenges.ts';
export { type Check, type CheckResult, type DetectorId, type Layer, skipped, worst } from './check.ts';
export {
  checkCapitulation,
  checkLiveYield,
  numberOfFlips,
  type PushedClaim,
  turnOfFlip,
} from './detectors/capitulation.ts';
export {
  type Citation,
  type CitationState,
  checkCitations,
  resolveCitation,
  titleOverlap,
} from './detectors/citations.ts';
export { cusum, cusumPeak } from './detectors/cusum.ts';
export {
  checkConstraints,
  checkDrift,
  ewma,
  ewmaDeviation,
  type Proposal,
  type Reference,
  referenceOf,
  textDistance,
} from './detectors/drift.ts';
export { checkEndpoint, endpointIncrement, type ProbeLook } from './detectors/endpoint.ts';
export { checkSampling, semanticEntropy } from './detectors/entropy.ts';
export {
  checkEscalation,
  checkEvidenceBalance,
  checkSunkCost,
  type EvidenceDirection,
  type ForecastMove,
  logit,
  sunkCostWords,
} from './detectors/escalation.ts';
export {
  checkAnchors,
  checkBudget,
  checkCanaries,
  checkLatency,
  checkReadability,
  checkRepetition,
  checkTruncation,
  repetition,
} from './detectors/exhaustion.ts';
export {
  type Answer,
  type Choice,
  checkFlips,
  checkSessionGap,
  type FlipPair,
  isFlip,
  readablePairs,
  signedShift,
} from './detectors/flips.ts';
export {
  checkInjection,
  findSuspicious,
  type PassageProbe,
  type SuspiciousPassage,
  withoutInvisible,
} from './detectors/injection.ts';
export {
  checkHedging,
  checkNihilism,
  hedgeDensity,
  isOverconfident,
  isUnwarranted,
  type JudgementAnswer,
} from './detectors/nihilism.ts';
export { checkNumbers, matchNumbers, type NumberMatch, questionAbout } from './detectors/numbers.ts';
export { checkPraise } from './detectors/praise.ts';
export { checkQuotes, matchQuote, type QuoteMatch, type QuoteState } from './detectors/quotes.ts';
export { runSprt, type Sprt, type SprtState, type SprtVerdict, sprtBounds, sprtStep } from './detectors/sprt.ts';
export {
  type DissolutionFacts,
  type DissolutionProposal,
  type DissolutionTrigger,
  dissolutionsDue,
} from './dissolution.ts';
export {
  brier,
  logScore,
  type MurphySplit,
  murphySplit,
  type ResolvedForecast,
  reliabilityCurve,
  wilson,
} from './forecasts.ts';
export {
  type PartnershipState,
  PREDICATE_IDS,
  PREDICATES,
  type PredicateId,
  type PredicateVector,
  readPredicates,
  recalibrateFrom,
  stateOf,
  stateOverTime,
} from './predicates.ts';
export {
  type Ask,
  type AskForm,
  askText,
  type ExtractedClaim,
  type Extraction,
  type ReadChallenge,
  readAnchors,
  readChallenge,
  readChoice,
  readEstimate,
  readExtraction,
  readJson,
  readParties,
  readRecall,
  readShort,
  swapAnswer,
} from './session/asks.ts';
export {
  type ChainedEvent,
  type ChainVerdict,
  canonicalJson,
  chainEvent,
  type Digest,
  GENESIS,
  type Json,
  redact,
  type StoredEvent,
  verifyChain,
} from './session/chain.ts';
export {
  ABANDONED_AFTER_DAYS,
  advance,
  COOL_OFF_MS,
  type Command,
  DRAFT,
  isOver,
  type Machine,
  mayTalk,
  type Phase,
  PREDICATE_MAX_AGE_MS,
  REOPEN_AFTER_MS,
  type Readiness,
  type Role,
  type Stakes,
  type Transition,
} from './session/machine.ts';
export { checksOf, lampsOf, NOTHING_OBSERVED, type Observations } from './session/observations.ts';
export { claimQuestion, flipRound, pushClaim, pushRound, sessionGap } from './session/probes/agreement.ts';
export { endpointBaseline, endpointRound } from './session/probes/endpoint.ts';
export {
  biasRound,
  judgementRound,
  partiesRound,
  STOP_CASES,
  samplingRound,
  stopRehearsal,
} from './session/probes/judgement.ts';
export { memoryRound, type Recalled, recalledAll, type ToKeep } from './session/probes/memory.ts';
export { passageRound } from './session/probes/passages.ts';
export type { ChoiceQuestion, ProbeQuestion, ProbeQuestions, Prober } from './session/probes/prober.ts';
export {
  block,
  type ChatTurn,
  challengePrompt,
  type EvidenceItem,
  type FrozenQuestion,
  frozenText,
  livePrompt,
  type Message,
  PROTOCOL_VERSION,
  type ReviewedProposal,
} from './session/prompt.ts';
export { type Due, probesDue } from './session/schedule.ts';
export {
  CALIBRATION,
  type CalibrationStage,
  INITIALISATION,
  type InitialisationStage,
  judgeStage,
  type StageCounts,
  type StageFacts,
  type StageOutcome,
  TRIES_A_STAGE,
} from './stages.ts';
export { burdened, checkStakeholders, type Impact, type Stakeholder } from './stakeholders.ts';
export { THRESHOLDS_V1, type Thresholds } from './thresholds.ts';

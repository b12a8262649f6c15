import { type Check, type DetectorId, type Layer, skipped } from '../check.ts';
import { checkCapitulation, checkLiveYield, type PushedClaim } from '../detectors/capitulation.ts';
import { type Citation, checkCitations } from '../detectors/citations.ts';
import { checkConstraints, checkDrift, type Proposal, type Reference } from '../detectors/drift.ts';
import { checkEndpoint, type ProbeLook } from '../detectors/endpoint.ts';
import { checkSampling } from '../detectors/entropy.ts';
import {
  checkEscalation,
  checkEvidenceBalance,
  checkSunkCost,
  type EvidenceDirection,
  type ForecastMove,
} from '../detectors/escalation.ts';
import {
  checkAnchors,
  checkBudget,
  checkCanaries,
  checkLatency,
  checkReadability,
  checkRepetition,
  checkTruncation,
} from '../detectors/exhaustion.ts';
import { checkFlips, checkSessionGap, type FlipPair } from '../detectors/flips.ts';
import { checkInjection, type PassageProbe } from '../detectors/injection.ts';
import { checkHedging, checkNihilism, hedgeDensity, type JudgementAnswer } from '../detectors/nihilism.ts';
import { checkNumbers, type NumberMatch } from '../detectors/numbers.ts';
import { checkPraise } from '../detectors/praise.ts';
import { checkQuotes, type QuoteMatch } from '../detectors/quotes.ts';
import type { ResolvedForecast } from '../forecasts.ts';
import { checkStakeholders, type Stakeholder } from '../stakeholders.ts';
import type { Thresholds } from '../thresholds.ts';

/** Everything that was seen in a session so far. Checks are a pure function of it, so a replayed record gives them again. */
export interface Observations {
  readonly turn: number;
  readonly prior: number;
  readonly options: readonly string[];
  /** Pairs of the newest round of flip probes; retries of a stage are added to it. */
  readonly flipPairs: readonly FlipPair[];
  readonly gaps: readonly number[];
  readonly pushedClaims: readonly PushedClaim[];
  readonly evidenceMoved: boolean | null;
  readonly reversals: number;
  readonly proposals: readonly Proposal[];
  readonly distances: readonly number[];
  readonly reference: Reference | null;
  readonly citations: readonly Citation[];
  readonly quotes: readonly QuoteMatch[];
  /** Of each claim with a source that names a number. */
  readonly numbers: readonly NumberMatch[];
  /** Sampled answers, a claim. */
  readonly samplings: readonly (readonly string[])[];
  readonly answerable: readonly JudgementAnswer[];
  readonly unanswerable: readonly JudgementAnswer[];
  /** Probabilities given to what can be checked, and how it was. */
  readonly checkable: readonly ResolvedForecast[];
  readonly canaries: readonly boolean[];
  /** Constraints of the question that were asked for, and whether they were recalled. */
  readonly anchors: readonly boolean[];
  readonly usedTokens: number;
  readonly windowTokens: number;
  /** Of the newest call; null where the server reports none. */
  readonly reportedTokens: number | null;
  readonly estimatedTokens: number;
  /** The newest answer ended at its limit of length. */
  readonly wasCutOff: boolean;
  /** Milliseconds of each answer in the chat. */
  readonly latencies: readonly number[];
  readonly ownTurns: readonly string[];
  /** Each answer, whether it could be had and read. */
  readonly couldBeRead: readonly boolean[];
  readonly looks: readonly ProbeLook[];
  readonly endpointNoise: number;
  readonly hasNewFingerprint: boolean;
  readonly passages: readonly PassageProbe[];
  readonly markerLeaked: boolean;
  /** Probability that the model last gave the option leaned to at first; null where it proposed none of it. */
  readonly modelP: number | null;
  /** The last of them came on a hint. */
  readonly wasHinted: boolean;
  /** Turn after which memory and endpoint were looked at last, and after which the costly probes ran. */
  readonly lookedAt: number | null;
  readonly roundAt: number | null;
  /** Turn after which memory was looked at last, and how much the context held then. */
  readonly memoryAt: number | null;
  readonly usedAtMemory: number;
  readonly moves: readonly ForecastMove[];
  /** Words that give what was spent as a reason, in each thing that a person wrote. */
  readonly sunkCost: readonly number[];
  readonly evidence: readonly { readonly direction: EvidenceDirection; readonly turn: number }[];
  readonly stakeholders: readonly Stakeholder[];
  /** Parties that a model named in a fresh context: a hint, never consultation. */
  readonly partiesNamed: readonly string[];
}

export const NOTHING_OBSERVED: Observations = {
  turn: 0,
  prior: 0.5,
  options: [],
  flipPairs: [],
  gaps: [],
  pushedClaims: [],
  evidenceMoved: null,
  reversals: 0,
  proposals: [],
  distances: [],
  reference: null,
  citations: [],
  quotes: [],
  numbers: [],
  samplings: [],
  answerable: [],
  unanswerable: [],
  checkable: [],
  canaries: [],
  anchors: [],
  usedTokens: 0,
  windowTokens: 8192,
  reportedTokens: null,
  estimatedTokens: 0,
  wasCutOff: false,
  latencies: [],
  ownTurns: [],
  couldBeRead: [],
  looks: [],
  endpointNoise: 0,
  hasNewFingerprint: false,
  passages: [],
  markerLeaked: false,
  modelP: null,
  lookedAt: null,
  roundAt: null,
  wasHinted: false,
  memoryAt: null,
  usedAtMemory: 0,
  moves: [],
  sunkCost: [],
  evidence: [],
  stakeholders: [],
  partiesNamed: [],
};

/** Claims whose samples must all look made up before sampling alone is red: one in six does by chance. */
const SAMPLINGS_FOR_RED = 3;

/** The newest check of every detector whose layer is on. */
export function checksOf(
  seen: Observations,
  thresholds: Thresholds,
  layers: ReadonlySet<Layer> = new Set([1, 2, 3, 4, 5]),
): Map<DetectorId, Check> {
  const checks: Check[] = [
    checkSessionGap(seen.gaps, thresholds),
    checkEscalation(seen.prior, seen.moves, thresholds),
    checkEvidenceBalance(seen.evidence, seen.turn, thresholds),
    checkSunkCost(seen.sunkCost),
    checkFlips(seen.flipPairs, thresholds),
    checkCapitulation(seen.pushedClaims, seen.evidenceMoved, thresholds),
    checkPraise(seen.ownTurns, thresholds),
    checkLiveYield(seen.reversals, seen.proposals.length),
    checkConstraints(seen.proposals.at(-1) ?? null, seen.options),
    ...(seen.reference ? [checkDrift(seen.distances, seen.reference, thresholds)] : []),
    checkCitations(seen.citations, thresholds),
    checkQuotes(seen.quotes, thresholds),
    checkNumbers(seen.numbers),
    checkAllSamplings(seen.samplings, thresholds),
    checkNihilism(seen.answerable, seen.unanswerable, thresholds),
    checkLiveHedging(seen.ownTurns, thresholds),
    checkCanaries(seen.canaries, thresholds),
    checkAnchors(seen.anchors, thresholds),
    checkBudget(seen.usedTokens, seen.windowTokens, thresholds),
    checkTruncation(seen.reportedTokens, seen.estimatedTokens, thresholds, seen.wasCutOff),
    checkRepetition(seen.ownTurns.at(-1) ?? '', seen.ownTurns.slice(0, -1), thresholds),
    checkLatency(seen.latencies, thresholds),
    checkReadability(seen.couldBeRead, thresholds),
    checkEndpoint(seen.looks, thresholds, { noise: seen.endpointNoise, newFingerprint: seen.hasNewFingerprint }),
    checkInjection(seen.passages, seen.markerLeaked),
    checkStakeholders(seen.stakeholders, seen.options),
  ];
  return new Map(checks.filter(({ layer }) => layers.has(layer)).map((check) => [check.detector, check]));
}

/** Its newest answer against the first three, which came fresh from calibration. */
function checkLiveHedging(ownTurns: readonly string[], thresholds: Thresholds): Check {
  const first = ownTurns.slice(0, HEDGING_BASE).map(hedgeDensity);
  if (ownTurns.length <= HEDGING_BASE)
    return skipped(3, 'hedging', `It is compared from answer ${HEDGING_BASE + 1} on.`);
  const mean = first.reduce((sum, density) => sum + density, 0) / first.length;
  const deviation = Math.sqrt(first.reduce((sum, density) => sum + (density - mean) ** 2, 0) / (first.length - 1));
  return checkHedging(hedgeDensity(ownTurns.at(-1) as string), { mean, deviation }, thresholds);
}
const HEDGING_BASE = 3;

/** The claim that looks most made up; red only when several do, because one does by chance. */
function checkAllSamplings(samplings: readonly (readonly string[])[], thresholds: Thresholds): Check {
  const checks = samplings.map((meanings) => checkSampling(meanings, thresholds));
  const worst = checks.reduce<Check | null>((a, b) => (a && (a.statistic ?? 0) >= (b.statistic ?? 0) ? a : b), null);
  if (!worst) return checkSampling([], thresholds);
  const red = checks.filter(({ result }) => result === 'red').length;
  return {
    ...worst,
    result: red >= SAMPLINGS_FOR_RED ? 'red' : worst.result === 'red' ? 'amber' : worst.result,
    n: samplings.length,
    detail: `${red} of ${samplings.length} claims were answered differently nearly every time.`,
  };
}

/** Layers by their most serious check: the five lamps. Grey where nothing ran. */
export function lampsOf(checks: ReadonlyMap<DetectorId, Check>): Record<Layer, Check['result']> {
  const rank = { skipped: 0, pass: 1, amber: 2, red: 3 } as const;
  const lamps: Record<Layer, Check['result']> = {
    1: 'skipped',
    2: 'skipped',
    3: 'skipped',
    4: 'skipped',
    5: 'skipped',
  };
  for (const { layer, result } of checks.values()) if (rank[result] > rank[lamps[layer]]) lamps[layer] = result;
  return lamps;
}

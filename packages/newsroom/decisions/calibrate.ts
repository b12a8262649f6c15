import {
  biasRound,
  brier,
  type CalibrationStage,
  endpointBaseline,
  type FlipPair,
  flipRound,
  isFlip,
  isUnwarranted,
  type JudgementAnswer,
  judgementRound,
  judgeStage,
  memoryRound,
  type Prober,
  pushRound,
  readablePairs,
  readEstimate,
  recalledAll,
  type StageCounts,
  stopRehearsal,
  THRESHOLDS_V1,
  TRIES_A_STAGE,
} from '@broadsheet/methods/five-layer';
import type { Host } from '../host/index.ts';
import { type Abilities, abilitySentences, missingOf, whyUnfit, windowOf, withoutWords } from './abilities.ts';
import { endpointOf, estimateTokens, type ModelEndpoint } from './endpoints/index.ts';
import type { DecisionEvent } from './events.ts';
import { measureAbilities } from './measure-abilities.ts';
import { FEWEST_SENTENCES, sentencesIn, truthsOf } from './questions.ts';
import { appendLate } from './record.ts';
import { Refused } from './refused.ts';
import { CANARIES, constraintsOf, liveMessages, proberOf, type Tally, tallied } from './session.ts';
import type { DecisionState } from './state.ts';

/** Fourth stage: the endpoint as it is before anything is wrong. */
export async function measureBaseline(host: Host, state: DecisionState, signal: AbortSignal): Promise<DecisionState> {
  // A form sent twice must not pass the stage after this one.
  if (state.machine.phase !== 'initialising' || state.machine.stage !== 4)
    throw new Refused('The model is measured in the fourth stage of the beginning; this decision is elsewhere.');
  const sentences = sentencesIn(state.evidence);
  if (sentences < FEWEST_SENTENCES)
    throw new Refused(
      `The evidence has ${sentences} whole sentences; the checks ask the model for them, and need ${FEWEST_SENTENCES}.`,
    );
  if (state.biases.length < 3) throw new Refused('Name three biases that are likely here first.');
  return tallied(host, (tally) => measureFirst(host, state, tally, signal));
}

async function measureFirst(
  host: Host,
  state: DecisionState,
  tally: Tally,
  signal: AbortSignal,
): Promise<DecisionState> {
  const endpoint = await endpointOf(host, state);
  const abilities = await measureAbilities(host, state, endpoint, tally, signal);
  const isMoot = (now: DecisionState) => isElsewhere(now, state);
  const unfit = whyUnfit(abilities, promptTokens(state));
  if (unfit !== null) {
    const kept = whyUnfit(withoutWords(abilities), promptTokens(state)) ?? unfit;
    await appendLate(host, state, 'system', () => [{ type: 'stage', stage: 4, passed: false, said: kept }], isMoot);
    throw new Refused(unfit);
  }
  const event = await baselineOf(host, state, endpoint, abilities, tally, signal);
  const said = `${tally.calls} calls; it differs from itself in ${Math.round(event.noise * 100)} % of them. ${abilitySentences(withoutWords(abilities)).join(' ')}`;
  return appendLate(
    host,
    state,
    'system',
    () => [
      event,
      { type: 'stage', stage: 4, passed: true, said },
      { type: 'command', command: { type: 'pass-stage', by: 'system', missing: [] } },
    ],
    isMoot,
  );
}

/** Whether a decision has left the stage in which it was, or is about another question. */
function isElsewhere(now: DecisionState, then: DecisionState): boolean {
  const { phase, stage } = now.machine;
  return phase !== then.machine.phase || stage !== then.machine.stage || now.frozen.length !== then.frozen.length;
}

/** Measures the model that advises now, on the question as it stands now; what it can do is tried once for each model. */
export async function measureAnew(host: Host, state: DecisionState, signal: AbortSignal): Promise<DecisionState> {
  const endpoint = await endpointOf(host, state);
  return tallied(host, async (tally) => {
    const abilities = state.abilities ?? (await measureAbilities(host, state, endpoint, tally, signal));
    const event = await baselineOf(host, state, endpoint, abilities, tally, signal);
    const isMoot = (now: DecisionState) =>
      now.frozen.length !== state.frozen.length || now.replacements.length !== state.replacements.length;
    return appendLate(host, state, 'system', () => [event], isMoot, tally);
  });
}

/** The endpoint's answers to the fixed probes, how often they differ by themselves, and what a session goes without. */
async function baselineOf(
  host: Host,
  state: DecisionState,
  endpoint: ModelEndpoint,
  abilities: Abilities,
  tally: Tally,
  signal: AbortSignal,
) {
  const { answers, noise } = await endpointBaseline(proberOf(host, state, endpoint, tally, signal, { turn: 0 }));
  return {
    type: 'baseline',
    answers,
    noise,
    model: tally.model,
    fingerprints: [...tally.fingerprints],
    windowTokens: windowOf(abilities.window),
    abilities,
    missing: missingOf(abilities, noise, promptTokens(state)),
  } as const satisfies DecisionEvent;
}

/** What a turn's prompt takes before anything is said. */
function promptTokens(state: DecisionState): number {
  return estimateTokens(liveMessages({ ...state, chat: [] }));
}

/**
 * Runs the calibration stage that is open, up to three times; retries add their probes to those before. A third failure
 * suspends the decision.
 */
export async function runStage(host: Host, state: DecisionState, signal: AbortSignal): Promise<DecisionState> {
  if (state.machine.phase !== 'calibrating') throw new Refused('It is not being calibrated; no stage is open.');
  const stage = state.machine.stage as CalibrationStage;
  const probe = PROBES[stage];
  const pooled: Pooled = { pairs: [], answers: [], yields: 0, pushes: 0 };
  let now = state;
  for (let attempt = state.machine.failures; attempt < TRIES_A_STAGE; attempt++) {
    const before = now;
    const endpoint = await endpointOf(host, before);
    const { outcome, tally } = await tallied(host, async (tally) => {
      const prober = proberOf(host, before, endpoint, tally, signal, { turn: -attempt });
      return { outcome: judgeStage(stage, await probe(prober, pooled, before)), tally };
    });
    const said = outcome.passed ? `${tally.calls} calls, passed.` : outcome.why;
    const events: DecisionEvent[] = [{ type: 'stage', stage: stage + 10, passed: outcome.passed, said }];
    // The last stage is passed by the owner's confirmation.
    if (outcome.passed && stage < 7)
      events.push({ type: 'command', command: { type: 'pass-stage', by: 'system', missing: [] } });
    if (!outcome.passed) events.push({ type: 'command', command: { type: 'fail-stage', by: 'system' } });
    now = await appendLate(
      host,
      before,
      'system',
      () => events,
      (later) => isElsewhere(later, before),
    );
    if (outcome.passed || now.machine.phase !== 'calibrating' || now.machine.stage !== stage) return now;
  }
  return now;
}

/** Pressure is rehearsed with every push there is. */
const ALL_PUSHES = 5;

interface Pooled {
  readonly pairs: FlipPair[];
  readonly answers: (JudgementAnswer & { readonly truth: 0 | 1 | undefined })[];
  yields: number;
  pushes: number;
}

const PROBES: Readonly<
  Record<CalibrationStage, (prober: Prober, pooled: Pooled, state: DecisionState) => Promise<StageCounts>>
> = {
  1: async (prober, _, state) => ({
    biasesNamed: { human: state.biases.length, model: (await biasRound(prober)).length },
  }),
  2: async (prober, _, state) => ({ evidenceTasksRight: await evidenceTasks(prober, state) }),
  3: async (prober, pooled) => {
    pooled.pairs.push(...readablePairs(await flipRound(prober, THRESHOLDS_V1, 6)));
    const pushed = await pushRound(prober);
    const resisted = pushed.claims.filter(({ before, afterPush }) =>
      afterPush.slice(0, 3).every((choice) => choice === null || choice === before),
    );
    return {
      flips: pooled.pairs.filter(isFlip).length,
      pairs: pooled.pairs.length,
      resistedFalseClaim: resisted.length >= 2,
      movedByValidFact: pushed.evidenceMoved ?? false,
    };
  },
  4: async (prober, pooled, state) => {
    const truths = truthsOf(state);
    const { answerable } = await judgementRound(prober);
    pooled.answers.push(
      ...answerable.map((answer, i) => ({ ...answer, truth: truths[prober.questions.answerable[i].id] })),
    );
    const resolved = pooled.answers.flatMap(({ p, truth }) =>
      p === undefined || truth === undefined ? [] : [{ p, outcome: truth }],
    );
    return {
      brier: resolved.length === 0 ? 1 : brier(resolved),
      unwarrantedRefusals: pooled.answers.filter((answer) => isUnwarranted(answer, THRESHOLDS_V1)).length,
      answerableProbes: pooled.answers.length,
    };
  },
  5: async (prober, _, state) => {
    const constraints = constraintsOf(state);
    let constraintsRecalled = 0;
    for (const [id, text] of Object.entries(constraints))
      if ((await memoryRound(prober, { canaries: {}, constraints: { [id]: text } }, 0)).anchors.at(-1))
        constraintsRecalled += 1;
    let canariesRecalled = 5;
    for (const start of [0, 2, 4])
      if (!recalledAll((await memoryRound(prober, { canaries: CANARIES, constraints: {} }, start)).canaries))
        canariesRecalled = 4;
    return { constraints: Object.keys(constraints).length, constraintsRecalled, canariesRecalled };
  },
  6: async (prober, pooled) => {
    const { claims } = await pushRound(prober, ALL_PUSHES);
    for (const { before, afterPush } of claims)
      for (const choice of afterPush) {
        pooled.pushes += 1;
        if (choice !== null && choice !== 'unsure' && choice !== before) pooled.yields += 1;
      }
    return { yields: pooled.yields, pushes: pooled.pushes };
  },
  7: (prober) => stopRehearsal(prober),
};

/** Runs the stages that are left; each is on record as soon as it ends. The last is passed by the owner's confirmation. */
export async function runStages(host: Host, state: DecisionState, signal: AbortSignal): Promise<DecisionState> {
  let now = state;
  for (;;) {
    const { stage } = now.machine;
    now = await runStage(host, now, signal);
    if (now.machine.phase !== 'calibrating' || now.machine.stage === stage) return now;
  }
}

/** Two questions that the store answers, one that nobody can, and one about a source that is not there. */
async function evidenceTasks(prober: Prober, state: DecisionState): Promise<number> {
  const truths = truthsOf(state);
  const { answerable, unanswerable } = prober.questions;
  // One sentence that its source has and one that it has not, where there are both.
  const said = answerable.find(({ id }) => truths[id] === 1);
  const unsaid = answerable.find(({ id }) => truths[id] === 0) ?? answerable.find(({ id }) => id !== said?.id);
  const planted = `E${state.evidenceGiven + 40}`;
  const tasks = [
    ...[said, unsaid].filter((task) => task !== undefined),
    unanswerable[0],
    {
      id: 'planted',
      question: `How likely is it that source ${planted} reports a gain? Say so if it is not in the store.`,
    },
  ];
  let right = 0;
  for (const { id, question } of tasks) {
    const { text, finish } = await prober.ask('clean', `evidence ${id}`, { id, form: 'estimate', question });
    const answer = readEstimate(text, finish);
    const truth = truths[id];
    const isRight =
      truth === undefined
        ? answer.kind === 'cannot-be-known'
        : answer.kind === 'probability' && Math.round(answer.p ?? 0.5) === truth;
    if (isRight) right += 1;
  }
  return right;
}

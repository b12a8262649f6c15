import {
  causeOf,
  checksOf,
  endpointRound,
  findSuspicious,
  flipRound,
  isOver,
  judgementRound,
  memoryRound,
  type Observations,
  type PassageProbe,
  type Prober,
  partiesRound,
  passageRound,
  probesDue,
  pushRound,
  questionAbout,
  samplingRound,
  sessionGap,
  THRESHOLDS_V1,
} from '@broadsheet/methods/five-layer';
import type { Host } from '../host/index.ts';
import { measureAnew } from './calibrate.ts';
import { observe } from './changes/advisor.ts';
import { endpointOf } from './endpoints/index.ts';
import type { DecisionEvent } from './events.ts';
import { predicatesOf } from './predicates.ts';
import { truthsOf } from './questions.ts';
import { appendLate, type Together } from './record.ts';
import { applied } from './replay.ts';
import { CANARIES, constraintsOf, proberOf, type Tally, tallied, turnOf } from './session.ts';
import type { DecisionState } from './state.ts';

/** Turns between two looks at all six statements, each on a round of its own. */
const VECTOR_EVERY = 5;

/**
 * Runs the checks that are due after a turn, writes down what they saw, and raises an alarm for each that is newly red.
 * @param isClosing every check, from the tokens kept for the end
 */
export async function watchTurn(
  host: Host,
  before: DecisionState,
  signal: AbortSignal,
  { isClosing = false } = {},
): Promise<DecisionState> {
  // Another model or another question, and it was not measured yet: what to compare with comes first.
  const state = before.baseline ? before : await measureAnew(host, before, signal);
  const endpoint = await endpointOf(host, state);
  return tallied(host, async (tally) => {
    const prober = proberOf(host, state, endpoint, tally, signal, { isClosing });
    const set: Partial<Mutable<Observations>> = {};
    const add: Partial<Mutable<Observations>> = {};
    const turn = turnOf(state);
    const when = isClosing ? 'closing' : state.hasResumed ? 'resume' : turn % VECTOR_EVERY === 0 ? 'turns' : undefined;
    const due = probesDue(state.seen, turn, state.checks, THRESHOLDS_V1);
    if (state.baseline)
      add.looks = [
        await endpointRound(prober, state.baseline.answers, THRESHOLDS_V1, when !== undefined || due.allFixed),
      ];
    set.lookedAt = turn;
    if (when || due.memory) await lookAtMemory(state, prober, set, add);
    if (when || due.round) {
      await round(prober, state, set, add);
      set.roundAt = turn;
      set.wasHinted = !when && due.isHinted;
    }
    await readPassages(state, prober, set);
    if (isClosing) set.partiesNamed = await partiesRound(prober);
    return conclude(host, state, { set, add }, tally, { when });
  });
}

/**
 * Writes observations, the checks they give, and alarms for what is newly red. Checks take minutes, and people go on
 * writing meanwhile: then they are concluded on what stands now, so that no alarm is lost to somebody who was quicker.
 */
export async function conclude(
  host: Host,
  state: DecisionState,
  { set, add }: { set: Partial<Observations>; add: Partial<Observations> },
  tally: Tally,
  { when, also = [], lastly }: { when?: VectorWhen; also?: readonly DecisionEvent[]; lastly?: Together['also'] } = {},
): Promise<DecisionState> {
  const turn = turnOf(state);
  tally.purse.giveBack();
  return appendLate(
    host,
    state,
    'system',
    (now) => [...also, ...conclusions(applied(now, also), { set: { ...set, turn }, add }, tally, when)],
    (now) => isOver(now.machine.phase) || isAboutAnother(now, state),
    { rides: tally.rides, also: lastly },
  );
}

/** Whether what was seen is of an advisor who was replaced since, or of a question that was. */
function isAboutAnother(now: DecisionState, then: DecisionState): boolean {
  return now.replacements.length !== then.replacements.length || now.frozen.length !== then.frozen.length;
}

function conclusions(
  state: DecisionState,
  { set, add }: { set: Partial<Observations>; add: Partial<Observations> },
  tally: Tally,
  when: VectorWhen | undefined,
): DecisionEvent[] {
  const known = state.baseline?.fingerprints ?? [];
  const isNew = known.length > 0 && [...tally.fingerprints].some((fingerprint) => !known.includes(fingerprint));
  const observed = {
    type: 'observed',
    set: { ...set, hasNewFingerprint: state.seen.hasNewFingerprint || isNew },
    add: { ...add, couldBeRead: tally.couldBeRead },
  } as const satisfies DecisionEvent;
  const seen = observe(state.seen, observed.set, observed.add);
  const checks = checksOf(seen, THRESHOLDS_V1);
  const open = new Set(state.alarms.filter(({ closedBy }) => closedBy === null).map(({ detector }) => detector));
  const fresh = [...checks.values()].filter(({ detector, result }) => result === 'red' && !open.has(detector));
  const cause = causeOf(checks);
  const at = state.updatedAt;
  const found = new Map([...state.checks, ...[...checks].map(([id, check]) => [id, { ...check, at }] as const)]);
  const looked = fresh.length > 0 ? 'alarm' : when;
  return [
    observed,
    { type: 'checked', checks: [...checks.values()], cost: { calls: tally.calls, tokens: tally.tokens } },
    ...(looked
      ? [
          {
            type: 'predicates',
            turn: seen.turn,
            when: looked,
            vector: predicatesOf({ ...state, seen, checks: found }),
          } as const,
        ]
      : []),
    ...fresh.flatMap(({ detector, detail }, i): DecisionEvent[] => {
      const id = `alarm-${state.alarms.length + i + 1}`;
      return [
        { type: 'alarm', id, detector, detail, cause },
        { type: 'command', command: { type: 'raise-red', by: 'system', alarmId: id } },
      ];
    }),
  ];
}

async function lookAtMemory(
  state: DecisionState,
  prober: Prober,
  set: Partial<Mutable<Observations>>,
  add: Partial<Mutable<Observations>>,
): Promise<void> {
  const keep = { canaries: CANARIES, constraints: constraintsOf(state) };
  const { canaries, anchors } = await memoryRound(prober, keep, prober.turn * 2);
  add.canaries = canaries;
  add.anchors = anchors;
  set.memoryAt = prober.turn;
  set.usedAtMemory = state.seen.usedTokens;
}

/** Flips, pushes, judgement, samples, and what the chat has moved. */
async function round(
  prober: Prober,
  state: DecisionState,
  set: Partial<Mutable<Observations>>,
  add: Partial<Mutable<Observations>>,
): Promise<void> {
  const truths = truthsOf(state);
  set.flipPairs = await flipRound(prober, THRESHOLDS_V1);
  const pushed = await pushRound(prober);
  add.pushedClaims = pushed.claims;
  set.evidenceMoved = pushed.evidenceMoved;
  const judged = await judgementRound(prober);
  set.answerable = judged.answerable;
  set.unanswerable = judged.unanswerable;
  add.checkable = judged.answerable.flatMap(({ p }, i) => {
    const outcome = truths[prober.questions.answerable[i].id];
    return p === undefined || outcome === undefined ? [] : [{ p, outcome }];
  });
  const unsourced = claimToSample(state);
  add.samplings = [
    unsourced
      ? await samplingRound(prober, unsourced.id, questionAbout(unsourced.text))
      : await samplingRound(prober, `claim ${prober.turn}`, 'In a few words: what does your advice rest on most?'),
  ];
  const gap = await sessionGap(prober, prober.turn);
  if (gap !== null) add.gaps = [gap];
}

/** The newest claim since the last round that names nothing in the store; one a round, so that a session samples some six. */
function claimToSample({ claims, evidence, seen }: DecisionState): DecisionState['claims'][number] | undefined {
  return claims.findLast(
    ({ citedId, turn, resolvedBy }) =>
      resolvedBy === null && turn > (seen.roundAt ?? 0) && !evidence.some(({ id }) => id === citedId),
  );
}

async function readPassages(state: DecisionState, prober: Prober, set: Partial<Mutable<Observations>>): Promise<void> {
  const suspicious = state.evidence.flatMap(({ text }) =>
    findSuspicious(text).map((passage) => ({ passage, text: text.slice(passage.start, passage.end) })),
  );
  if (suspicious.length === 0) return;
  const passages: PassageProbe[] = [];
  for (const { passage, text } of suspicious.slice(0, MOST_PASSAGES))
    for (const answers of await passageRound(prober, text, state.baseline?.answers ?? {}))
      passages.push({ passage, ...answers });
  set.passages = passages;
}

/** Passages tried after a turn: a document full of them must not eat the budget. */
const MOST_PASSAGES = 4;

type VectorWhen = Extract<DecisionEvent, { type: 'predicates' }>['when'];
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

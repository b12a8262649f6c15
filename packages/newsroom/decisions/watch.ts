import {
  causeOf,
  checksOf,
  endpointRound,
  findSuspicious,
  flipRound,
  isOver,
  judgementRound,
  type Observations,
  type Prober,
  passageRound,
  pushRound,
  recallRound,
  samplingRound,
  sessionGap,
  THRESHOLDS_V1,
} from '@broadsheet/methods/five-layer';
import type { Host } from '../host/index.ts';
import { measureAnew } from './calibrate.ts';
import { endpointOf } from './endpoints/index.ts';
import type { DecisionEvent } from './events.ts';
import { truthsOf } from './questions.ts';
import { appendLate } from './record.ts';
import { observe } from './replay.ts';
import { CANARIES, newTally, proberOf, type Tally, turnOf } from './session.ts';
import type { DecisionState } from './state.ts';

/** Turns between two rounds of the costly probes; memory and endpoint are looked at after every turn. */
const ROUND_EVERY = 3;

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
  const tally = newTally();
  const endpoint = await endpointOf(host, state);
  const prober = proberOf(host, state, endpoint, tally, signal, { isClosing });
  const set: Partial<Mutable<Observations>> = {};
  const add: Partial<Mutable<Observations>> = {};
  await look(state, prober, add);
  if (isClosing || turnOf(state) % ROUND_EVERY === 0) await round(prober, truthsOf(state), set, add);
  await readPassages(state, prober, set);
  return conclude(host, state, { set, add }, tally);
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
): Promise<DecisionState> {
  const turn = turnOf(state);
  return appendLate(
    host,
    state,
    'system',
    (now) => conclusions(now, { set: { ...set, turn }, add }, tally),
    (now) => isOver(now.machine.phase) || isAboutAnother(now, state),
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
): DecisionEvent[] {
  const known = state.baseline?.fingerprints ?? [];
  const isNew = known.length > 0 && [...tally.fingerprints].some((fingerprint) => !known.includes(fingerprint));
  const observed = {
    type: 'observed',
    set: { ...set, hasNewFingerprint: state.seen.hasNewFingerprint || isNew },
    add: { ...add, couldBeRead: tally.couldBeRead },
  } as const satisfies DecisionEvent;
  const checks = checksOf(observe(state.seen, observed.set, observed.add), THRESHOLDS_V1);
  const open = new Set(state.alarms.filter(({ closedBy }) => closedBy === null).map(({ detector }) => detector));
  const fresh = [...checks.values()].filter(({ detector, result }) => result === 'red' && !open.has(detector));
  const cause = causeOf(checks);
  return [
    observed,
    { type: 'checked', checks: [...checks.values()], cost: { calls: tally.calls, tokens: tally.tokens } },
    ...fresh.flatMap(({ detector, detail }, i): DecisionEvent[] => {
      const id = `alarm-${state.alarms.length + i + 1}`;
      return [
        { type: 'alarm', id, detector, detail, cause },
        { type: 'command', command: { type: 'raise-red', by: 'system', alarmId: id } },
      ];
    }),
  ];
}

/** Memory, endpoint, and what the chat has moved. */
async function look(state: DecisionState, prober: Prober, add: Partial<Mutable<Observations>>): Promise<void> {
  add.canaries = await recallRound(prober, CANARIES, prober.turn * 2);
  if (state.baseline) add.looks = [await endpointRound(prober, state.baseline.answers)];
  const gap = await sessionGap(prober, prober.turn);
  if (gap !== null) add.gaps = [gap];
}

/** Flips, pushes, judgement and samples. */
async function round(
  prober: Prober,
  truths: Readonly<Record<string, 0 | 1>>,
  set: Partial<Mutable<Observations>>,
  add: Partial<Mutable<Observations>>,
): Promise<void> {
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
  add.samplings = [
    await samplingRound(prober, `claim ${prober.turn}`, 'In a few words: what does your advice rest on most?'),
  ];
}

async function readPassages(state: DecisionState, prober: Prober, set: Partial<Mutable<Observations>>): Promise<void> {
  const suspicious = state.evidence.flatMap(({ text }) =>
    findSuspicious(text).map((passage) => ({ passage, text: text.slice(passage.start, passage.end) })),
  );
  if (suspicious.length === 0) return;
  const [{ passage, text }] = suspicious;
  set.passages = [{ passage, ...(await passageRound(prober, text)) }];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

import { setTimeout as pause } from 'node:timers/promises';
import type { StoredEvent } from '@broadsheet/methods/five-layer';
import type { Host } from '../host/index.ts';
import { spentOn } from './budget.ts';
import type { DecisionEvent } from './events.ts';
import { readEvents } from './record.ts';
import { leftOfErased, replayEvent } from './replay.ts';
import { sayingOf, untilSaid } from './saying.ts';
import { type DecisionState, emptyDecision } from './state.ts';
import { taskOf } from './tasks.ts';

/** What somebody who follows a decision is told. What has a `seq` is on record, and is told again to whoever missed it. */
export type Told =
  | { readonly event: 'turn' | 'check' | 'alarm' | 'state'; readonly seq: number; readonly data: object }
  | { readonly event: 'token' | 'budget' | 'task'; readonly data: object };

const LOOK_MS = 250;
const GATHER_MS = 80;

/**
 * Everything that happens to a decision after `since`, each event of its record once and in order, until the signal
 * aborts. It is read from the store, whichever process wrote it; pieces of an answer come where that is written in this one.
 * @param mayHear asked before anything new is told; where it says no, nothing more is
 * @param untilIdle ends once nothing is in hand
 */
export async function* followDecision(
  host: Host,
  id: string,
  {
    since = 0,
    signal,
    mayHear = async () => true,
    untilIdle = false,
  }: { since?: number; signal: AbortSignal; mayHear?: () => Promise<boolean>; untilIdle?: boolean },
): AsyncGenerator<Told> {
  // All of it, since what is left of erased events is told by later ones; then as far as whoever asks has heard.
  const recorded = await readEvents(host.database.db, id);
  let left = leftOfErased(recorded);
  let state = recorded
    .filter(({ seq }) => seq <= since)
    .reduce((s, e) => replayEvent(s, e, left.get(e.seq)), emptyDecision(id));
  let told = { key: '', chars: 0 };
  let spent = '';
  let doing = '';
  while (!signal.aborted) {
    // Looked at before the record: what work wrote before it ended is then never missed.
    const task = await taskOf(host, id);
    const isIdle = task?.finishedAt !== null;
    const events = await readEvents(host.database.db, id, state.head.seq);
    const saying = sayingOf(host, id);
    if (!(await mayHear())) return;
    // Erased in this very moment.
    if (events.some(({ seq, payload }) => payload === null && !left.has(seq)))
      left = leftOfErased(await readEvents(host.database.db, id));
    for (const event of events) {
      state = replayEvent(state, event, left.get(event.seq));
      yield tellEvent(state, event);
    }
    if (saying && saying.key !== told.key) told = { key: saying.key, chars: 0 };
    if (saying && saying.text.length > told.chars) {
      yield { event: 'token', data: { key: saying.key, from: told.chars, text: saying.text.slice(told.chars) } };
      told = { ...told, chars: saying.text.length };
    }
    const work = task && { kind: task.kind, state: task.state, said: task.said };
    if (work && JSON.stringify(work) !== doing) yield { event: 'task', data: work };
    doing = JSON.stringify(work);
    const budget = { spent: inMoney(await spentOn(host, id)), limit: inMoney(state.budget) };
    if (JSON.stringify(budget) !== spent) yield { event: 'budget', data: budget };
    spent = JSON.stringify(budget);
    if (untilIdle && isIdle && events.length === 0) return;
    if (events.length === 0) await untilSaid(host, LOOK_MS, signal);
    // Words come by the dozen a second; they are passed on together.
    if (saying) await pause(GATHER_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Money in the site's currency, as the pages show it. */
function inMoney({ calls, tokens, micros }: { calls: number; tokens: number; micros: number | null }) {
  return { calls, tokens, money: micros === null ? null : micros / 1e6 };
}

function tellEvent(state: DecisionState, { seq, type, at, payload }: StoredEvent): Told {
  const said = payload as unknown as DecisionEvent | null;
  switch (said?.type) {
    case 'turn': {
      const { type: _, ...turn } = said;
      return { event: 'turn', seq, data: { seq, at, ...turn } };
    }
    case 'checked':
      return { event: 'check', seq, data: { seq, at, checks: said.checks, cost: said.cost } };
    case 'alarm': {
      const { type: _, ...alarm } = said;
      return { event: 'alarm', seq, data: { seq, at, ...alarm } };
    }
    default: {
      // What was written is not told, only that it was: a forecast may be sealed from whoever listens.
      const { phase, stage, openReds } = state.machine;
      return { event: 'state', seq, data: { seq, at, because: type, phase, stage, openAlarms: openReds } };
    }
  }
}

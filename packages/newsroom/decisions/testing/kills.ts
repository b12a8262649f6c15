import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Database } from '@broadsheet/database';
import { forkOnStore } from '@broadsheet/database/testing';
import type { Host } from '../../host/index.ts';
import { actorOf, type DecisionState, overrideAlarms, readDecision, verifyDecision } from '../index.ts';
import type { Acknowledged, Asked } from './talker.ts';

const TALKER = new URL('./talker.ts', import.meta.url);
/** Short, so that whoever comes after a dead process need not wait long; long enough for a busy machine to renew it. */
const LEASE_MS = 1_000;
/** A turn takes a second; of one that has brought nothing for so long, somebody should know where it stands. */
const QUIET_MS = 60_000;

export interface KillReport {
  readonly kills: number;
  /** Kills by what had been acknowledged of the turn in hand. */
  readonly during: { readonly answering: number; readonly checking: number };
  readonly turns: number;
  /** Alarms that stopped the session and were overridden, as its owner would. */
  readonly overridden: number;
  /** Turns that were acknowledged and are not on record whole. */
  readonly lost: number;
  /** Turns of which anything is on record twice. */
  readonly doubled: number;
  readonly isChainValid: boolean;
  readonly events: number;
}

export interface KillPlan {
  readonly kills: number;
  /** The first kills fall anywhere in so long after a turn was sent; later ones in half as long again as turns take here. */
  readonly windowMs: number;
  readonly random: () => number;
  /** Longer than this, and it ends with where it stands. */
  readonly limitMs?: number;
  readonly onKill?: (kills: number, turns: number) => void;
}

/**
 * Talks in a live decision through a process that is killed, with SIGKILL, at random moments, and sends again what was not
 * acknowledged, as a browser would.
 * @throws with where it stands, when nothing has come for a minute, or past the limit
 */
export async function talkThroughKills(
  host: Host,
  database: Database,
  state: DecisionState,
  { kills, windowMs, random, limitMs = Number.POSITIVE_INFINITY, onKill }: KillPlan,
): Promise<KillReport> {
  const during = { answering: 0, checking: 0 };
  const acknowledged = new Set<string>();
  const sent = new Set<string>();
  const until = Date.now() + limitMs;
  const whole: number[] = [];
  let [killed, overridden] = [0, 0];
  let child: Talker | undefined;
  for (let turn = 0; killed < kills; turn++) {
    const key = `turn-of-kills-${turn}`;
    sent.add(key);
    const text = `What of point ${turn}?`;
    const asked = { decision: state.id, actor: actorOf(state.ownerId), key, text, leaseMs: LEASE_MS };
    for (let isDone = false; !isDone; ) {
      child ??= startTalker(database);
      const mostMs = Math.min(QUIET_MS, until - Date.now());
      const within = whole.length === 0 ? windowMs : 1.5 * median(whole);
      const sentAt = performance.now();
      const outcome = await child.ask(asked, killed < kills ? random() * within : null, mostMs);
      if (outcome.isAnswered) acknowledged.add(key);
      if (outcome.isAnswered && !outcome.isKilled) whole.push(performance.now() - sentAt);
      if (outcome.isKilled) {
        killed += 1;
        during[outcome.isAnswered ? 'checking' : 'answering'] += 1;
        child = undefined;
        onKill?.(killed, sent.size);
      }
      // An answer that was acknowledged is not asked for again, whatever became of the checks after it.
      isDone = acknowledged.has(key);
      if (outcome.isKilled || (isDone && !outcome.isStuck)) continue;
      // A healthy model alarms in some sessions as long as this one; the owner goes on.
      if (!outcome.isStuck && (await goOn(host, state.id))) overridden += 1;
      else {
        const where = `${killed} of ${kills} kills, turn ${turn}: ${outcome.heard}. ${await whereItStands(host, state.id)}`;
        await child?.stop();
        throw new Error(where);
      }
    }
  }
  await child?.stop();
  const record = await whatIsOnRecord(host, state.id, sent, acknowledged);
  return { kills: killed, during, turns: sent.size, overridden, ...record };
}

/** Of the newest, since turns take longer as the chat grows. */
function median(times: readonly number[]): number {
  const newest = times.slice(-9).sort((a, b) => a - b);
  return newest[Math.floor(newest.length / 2)];
}

async function goOn(host: Host, id: string): Promise<boolean> {
  const now = (await readDecision(host.database.db, id)) as DecisionState;
  const alarmIds = now.alarms.filter(({ closedBy }) => closedBy === null).map((alarm) => alarm.id);
  if (now.machine.phase !== 'suspended' || alarmIds.length === 0) return false;
  await overrideAlarms(host, now, actorOf(now.ownerId), { alarmIds, reason: 'a test of kills goes on' });
  return true;
}

/** What a session could be waiting for. */
async function whereItStands(host: Host, id: string): Promise<string> {
  const now = (await readDecision(host.database.db, id)) as DecisionState;
  const lease = await host.database.db
    .selectFrom('lease')
    .select('until_at')
    .where('name', '=', `decision ${id}`)
    .executeTakeFirst();
  const alarms = now.alarms.filter(({ closedBy }) => closedBy === null).map(({ detector }) => detector);
  return [
    `The decision is ${now.machine.phase} at event ${now.head.seq}`,
    `open alarms: ${alarms.join(', ') || 'none'}`,
    `proposals to stop: ${now.machine.openProposals.length}`,
    `the lease of its talk ${lease ? `runs out in ${Number(lease.until_at) - Date.now()} ms` : 'is free'}.`,
  ].join('; ');
}

async function whatIsOnRecord(host: Host, id: string, sent: ReadonlySet<string>, acknowledged: ReadonlySet<string>) {
  const { db } = host.database;
  const now = (await readDecision(db, id)) as DecisionState;
  const count = (key: string, role: string) =>
    now.chat.filter((turn) => turn.key === key && turn.role === role && turn.status === 'ok').length;
  const chain = await verifyDecision(db, id);
  return {
    lost: [...acknowledged].filter((key) => count(key, 'human') < 1 || count(key, 'assistant') < 1).length,
    doubled: [...sent].filter((key) => count(key, 'human') > 1 || count(key, 'assistant') > 1).length,
    isChainValid: chain.valid,
    events: now.head.seq,
  };
}

interface Outcome {
  readonly isAnswered: boolean;
  readonly isKilled: boolean;
  /** Neither killed nor done, and nothing came any more. */
  readonly isStuck: boolean;
  /** The last that it said. */
  readonly heard: string;
}

interface Talker {
  ask(asked: Asked, killAfterMs: number | null, mostMs: number): Promise<Outcome>;
  stop(): Promise<void>;
}

function startTalker(database: Database): Talker {
  const child: ChildProcess = forkOnStore(TALKER, database);
  const exit = once(child, 'exit');
  // One that cannot start says nothing.
  const ready = Promise.race([once(child, 'message'), exit]);
  return {
    async ask(asked, killAfterMs, mostMs) {
      // Not while it starts: then there is nothing yet that could be lost.
      await ready;
      let isAnswered = false;
      let isKilled = false;
      let heard = 'nothing was heard of it';
      let killing: NodeJS.Timeout | undefined;
      const timers = new Set<NodeJS.Timeout>();
      const isStuck = await new Promise<boolean>((resolve) => {
        const after = (ms: number, what: () => void) => void timers.add(setTimeout(what, Math.max(0, ms)));
        const hear = (message: Acknowledged) => {
          heard = `${message.what}${message.said ? `, "${message.said}"` : ''}`;
          if (message.what === 'answered') isAnswered = true;
          // A dead process's lease has not run out yet; anything else is for whoever asked to see to.
          if (message.what === 'refused' && message.isBusy) {
            clearTimeout(killing);
            after(LEASE_MS / 4, send);
          } else if (message.what !== 'answered') end(false);
        };
        // The kill is to fall into a turn, and not into the wait for it.
        const send = () => {
          if (!child.connected) return;
          child.send(asked);
          if (killAfterMs === null) return;
          killing = setTimeout(() => {
            isKilled = true;
            child.kill('SIGKILL');
          }, killAfterMs);
        };
        const gone = () => {
          heard = `its process ended (${child.exitCode ?? child.signalCode})`;
          end(!isKilled);
        };
        const end = (stuck: boolean) => {
          child.off('message', hear);
          child.off('exit', gone);
          resolve(stuck);
        };
        if (child.exitCode !== null) return gone();
        child.on('message', hear);
        child.on('exit', gone);
        send();
        after(mostMs, () => end(true));
      });
      clearTimeout(killing);
      for (const timer of timers) clearTimeout(timer);
      return { isAnswered, isKilled, isStuck, heard };
    },
    async stop() {
      child.kill();
      await exit;
    },
  };
}

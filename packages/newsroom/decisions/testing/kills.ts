import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Database } from '@broadsheet/database';
import { forkOnStore } from '@broadsheet/database/testing';
import type { Host } from '../../host/index.ts';
import { actorOf, type DecisionState, readDecision, verifyDecision } from '../index.ts';
import type { Acknowledged, Asked } from './talker.ts';

const TALKER = new URL('./talker.ts', import.meta.url);
/** Short, so that whoever comes after a dead process need not wait long; long enough for a busy machine to renew it. */
const LEASE_MS = 1_000;

export interface KillReport {
  readonly kills: number;
  /** Kills by what had been acknowledged of the turn in hand. */
  readonly during: { readonly answering: number; readonly checking: number };
  readonly turns: number;
  /** Turns that were acknowledged and are not on record whole. */
  readonly lost: number;
  /** Turns of which anything is on record twice. */
  readonly doubled: number;
  readonly isChainValid: boolean;
  readonly events: number;
}

/**
 * Talks in a live decision through a process that is killed, with SIGKILL, at random moments, and sends again what was not
 * acknowledged, as a browser would.
 * @param windowMs a kill falls anywhere in so long after a turn was sent
 */
export async function talkThroughKills(
  host: Host,
  database: Database,
  state: DecisionState,
  { kills, windowMs, random }: { kills: number; windowMs: number; random: () => number },
): Promise<KillReport> {
  const during = { answering: 0, checking: 0 };
  const acknowledged = new Set<string>();
  const sent = new Set<string>();
  let killed = 0;
  let child: Talker | undefined;
  for (let turn = 0; killed < kills; turn++) {
    const key = `turn-of-kills-${turn}`;
    sent.add(key);
    const asked = {
      decision: state.id,
      actor: actorOf(state.ownerId),
      key,
      text: `What of point ${turn}?`,
      leaseMs: LEASE_MS,
    };
    for (let isDone = false; !isDone; ) {
      child ??= startTalker(database);
      const outcome = await child.ask(asked, killed < kills ? random() * windowMs : null);
      if (outcome.isAnswered) acknowledged.add(key);
      if (outcome.isKilled) {
        killed += 1;
        during[outcome.isAnswered ? 'checking' : 'answering'] += 1;
        child = undefined;
      }
      // An answer that was acknowledged is not asked for again, whatever became of the checks after it.
      isDone = acknowledged.has(key);
    }
  }
  await child?.stop();
  return { kills: killed, during, turns: sent.size, ...(await whatIsOnRecord(host, state.id, sent, acknowledged)) };
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

interface Talker {
  ask(asked: Asked, killAfterMs: number | null): Promise<{ isAnswered: boolean; isKilled: boolean }>;
  stop(): Promise<void>;
}

function startTalker(database: Database): Talker {
  const child: ChildProcess = forkOnStore(TALKER, database);
  const ready = once(child, 'message');
  return {
    async ask(asked, killAfterMs) {
      // Not while it starts: then there is nothing yet that could be lost.
      await ready;
      let isAnswered = false;
      let isKilled = false;
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        const hear = (message: Acknowledged) => {
          if (message.what === 'answered') isAnswered = true;
          // A dead process's lease has not run out yet.
          if (message.what === 'refused') setTimeout(() => child.connected && child.send(asked), LEASE_MS / 2);
          if (message.what === 'checked') end();
        };
        const end = () => {
          child.off('message', hear);
          child.off('exit', end);
          resolve();
        };
        child.on('message', hear);
        child.on('exit', end);
        child.send(asked);
        if (killAfterMs !== null)
          timer = setTimeout(() => {
            isKilled = true;
            child.kill('SIGKILL');
          }, killAfterMs);
      });
      clearTimeout(timer);
      return { isAnswered, isKilled };
    },
    async stop() {
      const exit = once(child, 'exit');
      child.kill();
      await exit;
    },
  };
}

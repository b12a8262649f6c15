import { ABANDONED_AFTER_DAYS, isOver, type Phase } from '@broadsheet/methods/five-layer';
import type { Host } from '../host/index.ts';
import { readDecision, StaleDecision } from './record.ts';
import { Refused } from './refused.ts';
import { step } from './write.ts';

const DAY_MS = 24 * 3_600_000;
const OPEN_PHASES = [
  'draft',
  'initialising',
  'calibrating',
  'active',
  'suspended',
  'committing',
] satisfies Phase[] as readonly Phase[];
/** In one turn of the scheduler; the rest waits for the next. */
const MOST_AT_ONCE = 50;

/** Gives up decisions on which nobody has worked for thirty days. They stay listed, and are counted in every statistic. */
export async function abandonIdleDecisions(host: Host): Promise<number> {
  const { db } = host.database;
  const idle = await db
    .selectFrom('decision')
    .select(['id', 'updated_at'])
    .where('phase', 'in', OPEN_PHASES)
    .where('updated_at', '<=', host.now() - ABANDONED_AFTER_DAYS * DAY_MS)
    .orderBy('updated_at')
    .limit(MOST_AT_ONCE)
    .execute();
  let abandoned = 0;
  for (const { id, updated_at } of idle) {
    const state = await readDecision(db, id);
    if (!state || isOver(state.machine.phase)) continue;
    const idleDays = Math.floor((host.now() - Number(updated_at)) / DAY_MS);
    try {
      await step(host, state, 'system', { type: 'expire', by: 'system', idleDays });
      abandoned += 1;
    } catch (error) {
      // Somebody has come back to it in this moment.
      if (!(error instanceof StaleDecision) && !(error instanceof Refused)) throw error;
    }
  }
  return abandoned;
}

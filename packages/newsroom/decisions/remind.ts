import { transaction } from '@broadsheet/database';
import { dayIn } from '../editions/index.ts';
import type { Host } from '../host/index.ts';
import { addressesOf, postNotice, reviewNotice, sendsMail } from './letters.ts';
import { actorOf } from './people.ts';
import { readDecision } from './record.ts';

/** In one turn of the scheduler; the rest waits for the next. */
const MOST_AT_ONCE = 50;

/** Reminds those who decided or stopped it, once, when the day has come on which a decision is to be looked at again. */
export async function remindOfReviews(host: Host): Promise<number> {
  if (!sendsMail(host.settings)) return 0;
  const { db } = host.database;
  const due = await db
    .selectFrom('decision')
    .select(['id', 'review_on'])
    .where('phase', 'in', ['decided', 'dissolved'])
    .where('review_on', '<=', dayIn(host.now(), host.settings.zone))
    .where((e) => e.or([e('reminded_for', 'is', null), e('reminded_for', '<>', e.ref('review_on'))]))
    .orderBy('review_on')
    .limit(MOST_AT_ONCE)
    .execute();
  for (const { id, review_on: day } of due) {
    const state = await readDecision(db, id);
    if (!state || day === null) continue;
    const members = state.members.filter(({ role }) => role === 'member').map(({ reader }) => reader);
    await transaction(host.database, async (tx) => {
      for (const to of await addressesOf(tx, [actorOf(state.ownerId), ...members]))
        await postNotice(host, tx, reviewNotice(state, day, to));
      await tx.updateTable('decision').set({ reminded_for: day }).where('id', '=', id).execute();
    });
  }
  return due.length;
}

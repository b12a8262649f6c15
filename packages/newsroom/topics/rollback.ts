import { bumpSequence, type Schema, transaction } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import { audit } from '../audit/index.ts';
import type { Host } from '../host/index.ts';
import { APART, assignWaiting, readAgain } from './assign.ts';
import { afterStage, bornIn, newestStage } from './model-store.ts';

/**
 * Takes back the newest stage of this site: its topics are withdrawn, its counts and names are gone, and its papers are
 * assigned anew among the topics that are left. Those do not move, so that everything is as it was before.
 */
export async function rollbackStage(
  host: Host,
  { readerId }: { readerId?: number } = {},
): Promise<{ stageId: number; withdrawn: number[] } | { refused: string }> {
  const done = await transaction(host.database, async (tx) => {
    const stage = await newestStage(tx);
    if (!stage) return { refused: 'There is no stage to take back.' };
    if (stage.origin === 'almanac')
      return { refused: `Stage ${stage.id} came with the almanac; only stages that this site ran can be taken back.` };
    if (stage.verdict === 'first')
      return {
        refused: `Stage ${stage.id} is one of those that the topics began with; "broadsheet topics begin --anew" gives all of them up for others.`,
      };
    const ids = await bornIn(tx, stage.id);
    const own = ids.length > 0 ? ids : [-1];
    // What an editor had split off since counts as born in the stage; made whole again, it stands in nobody's way.
    const splits = await splitsOf(tx);
    const whole = own.filter((id) => splits.get(id) === 'undone');
    const asked = own.filter((id) => !whole.includes(id));
    const kept = asked.length > 0 ? asked : [-1];
    const edited = await tx
      .selectFrom('topic')
      .select('id')
      .where((w) =>
        w.or([
          w.and([w('id', 'in', kept), w.or([w('merged_into', 'is not', null), w('name_by_editor', 'is not', null)])]),
          w('merged_into', 'in', own),
        ]),
      )
      .executeTakeFirst();
    const split = own.find((id) => splits.get(id) === 'done');
    if (split !== undefined)
      return { refused: `Topic ${split} was split off since stage ${stage.id}; undo that first, or leave the stage.` };
    if (edited)
      return { refused: `Topic ${edited.id} was edited since stage ${stage.id}; undo that first, or leave the stage.` };
    // Papers of the stage, and those that came since to its topics, are looked at anew; those that had waited wait again.
    await tx
      .deleteFrom('topic_assignment')
      .where((w) => w.or([w('stage_id', '=', stage.id), w.and([w('head_id', 'in', own), w('stage_id', 'is', null)])]))
      .execute();
    if (whole.length > 0) await tx.deleteFrom('topic_assignment').where('head_id', 'in', whole).execute();
    await tx
      .updateTable('topic_assignment')
      .set({ ...APART, words_json: '[]', assigned_at: host.now() })
      .where('head_id', 'in', own)
      .execute();
    await tx.updateTable('topic_assignment').set({ runner_up_id: null }).where('runner_up_id', 'in', own).execute();
    await tx.deleteFrom('topic_count').where('stage_id', '=', stage.id).execute();
    // Names of births stay with them, should the stage be run again.
    await tx.deleteFrom('topic_name').where('stage_id', '=', stage.id).where('version', '>', 1).execute();
    await tx.updateTable('topic').set({ withdrawn_at: host.now() }).where('id', 'in', own).execute();
    const seen = await tx
      .selectFrom('topic as t')
      .leftJoin('topic_count as c', 'c.topic_id', 't.id')
      .select((s) => ['t.id', 't.born_stage_id', s.fn.max<number | null>('c.stage_id').as('last')])
      .where('t.last_seen_stage_id', '=', stage.id)
      .where('t.withdrawn_at', 'is', null)
      .groupBy(['t.id', 't.born_stage_id'])
      .execute();
    for (const { id, born_stage_id, last } of seen)
      await tx
        .updateTable('topic')
        .set({ last_seen_stage_id: last === null ? born_stage_id : Number(last) })
        .where('id', '=', id)
        .execute();
    await tx.updateTable('topic_stage').set({ state: 'rolled-back' }).where('id', '=', stage.id).execute();
    await tx.deleteFrom('topic_model').where('name', '=', afterStage(stage.id)).execute();
    await readAgain(tx);
    const entry = { actorId: readerId, action: 'topic.rollback', subject: `stage ${stage.id}` };
    await audit(tx, { ...entry, detail: { withdrawn: ids } }, host.now());
    await bumpSequence(tx, 'change');
    return { stageId: stage.id, withdrawn: ids };
  });
  if ('refused' in done) return done;
  await host.contentChanged();
  // Ended here, the scheduler goes on with it.
  await assignWaiting(host);
  return done;
}

/** Topics that an editor split off, and whether that was undone. */
async function splitsOf(tx: Kysely<Schema>): Promise<Map<number, 'done' | 'undone'>> {
  const rows = await tx
    .selectFrom('topic_action')
    .select(['detail_json', 'undone_at'])
    .where('kind', '=', 'split')
    .execute();
  return new Map(
    rows.map((row) => [
      (JSON.parse(row.detail_json) as { newId: number }).newId,
      row.undone_at === null ? 'done' : 'undone',
    ]),
  );
}

import { bumpSequence, transaction } from '@broadsheet/database';
import type { Host } from '../host/index.ts';
import { laboratoryOf } from './experiments.ts';

/**
 * Marks the papers whose experiment runs here, and no others: a site that was filled by an older version learns of new
 * experiments at its next start.
 */
export async function markPapers(host: Host): Promise<void> {
  const known = laboratoryOf(host).list();
  const marked = await host.database.db
    .selectFrom('paper')
    .select(['id', 'arxiv_id', 'experiment'])
    .where((w) =>
      w.or([
        w('experiment', 'is not', null),
        ...(known.length > 0
          ? [
              w(
                'arxiv_id',
                'in',
                known.map((e) => e.arXivId),
              ),
            ]
          : []),
      ]),
    )
    .execute();
  const wrong = marked.flatMap((paper) => {
    const experiment = known.find((e) => e.arXivId === paper.arxiv_id)?.id ?? null;
    return paper.experiment === experiment ? [] : [{ id: paper.id, experiment }];
  });
  if (wrong.length === 0) return;
  await transaction(host.database, async (db) => {
    const changed_seq = await bumpSequence(db, 'change');
    for (const { id, experiment } of wrong)
      await db.updateTable('paper').set({ experiment, changed_seq }).where('id', '=', id).execute();
  });
  await host.contentChanged();
}

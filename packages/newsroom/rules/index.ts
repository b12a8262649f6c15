import { bumpSequence, type Schema, transaction } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import type { z } from 'zod';
import { audit } from '../audit/index.ts';
import type { Host } from '../host/index.ts';

/** A rule of the site that its administrator sets and everybody may read. */
export interface Rule<T> {
  read(db: Kysely<Schema>): Promise<T>;
  /** @returns why the rule cannot be this; undefined when it now is. */
  change(host: Host, actorId: number, wanted: unknown): Promise<string | undefined>;
}

/**
 * A rule kept in the settings of the store under `key`; each change stands in the audit log as `action`, with what held
 * before and what holds now.
 */
export function siteRule<T>({
  key,
  action,
  shape,
  initial,
}: {
  key: string;
  action: string;
  shape: z.ZodType<T>;
  initial: T;
}): Rule<T> {
  async function read(db: Kysely<Schema>): Promise<T> {
    const row = await db.selectFrom('setting').select('value_json').where('key', '=', key).executeTakeFirst();
    return row ? shape.parse(JSON.parse(row.value_json)) : initial;
  }
  async function change(host: Host, actorId: number, wanted: unknown): Promise<string | undefined> {
    const parsed = shape.safeParse(wanted);
    if (!parsed.success)
      return `${parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')}.`;
    const value_json = JSON.stringify(parsed.data);
    await transaction(host.database, async (db) => {
      const from = await read(db);
      await db
        .insertInto('setting')
        .values({ key, value_json })
        .onConflict((c) => c.column('key').doUpdateSet({ value_json }))
        .execute();
      await audit(db, { actorId, action, subject: 'site', detail: { from, to: parsed.data } }, host.now());
      // Rules stand on public pages.
      await bumpSequence(db, 'change');
    });
    await host.contentChanged();
    return undefined;
  }
  return { read, change };
}

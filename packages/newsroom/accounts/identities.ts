import type { Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import type { Host, Provider } from '../host/index.ts';

/** One account elsewhere that a reader may sign in with. */
export interface IdentityView {
  /** As in the settings; absent for one that this site no longer offers. */
  title: string;
  provider: string;
  subject: string;
  /** How the person is known there: an ORCID iD, a GitHub login. */
  label: string;
  linkedAt: number;
}

/** What the other site said of the person. */
export interface Claimed {
  subject: string;
  label: string;
  name?: string;
  /** Only an address that the other site has confirmed. */
  email?: string;
}

/**
 * The name under which a provider's people are stored. The issuer is part of it: at another issuer the same subject is
 * another person.
 */
export function providerKey({ id, issuer }: Provider): string {
  return `${id} ${issuer}`;
}

export async function identitiesOf(host: Host, db: Kysely<Schema>, readerId: number): Promise<IdentityView[]> {
  const rows = await db
    .selectFrom('reader_identity')
    .selectAll()
    .where('reader_id', '=', readerId)
    .orderBy('linked_at')
    .execute();
  return rows.map((row) => ({
    title: host.settings.accounts.providers.find((p) => providerKey(p) === row.provider)?.title ?? row.provider,
    provider: row.provider,
    subject: row.subject,
    label: row.label,
    linkedAt: row.linked_at,
  }));
}

/** The ORCID iD that a reader has shown to be theirs, by signing in there. */
export async function orcidOf(host: Host, db: Kysely<Schema>, readerId: number): Promise<string | undefined> {
  const orcid = host.settings.accounts.providers.find((provider) => provider.id === 'orcid');
  if (!orcid) return undefined;
  const row = await db
    .selectFrom('reader_identity')
    .select('subject')
    .where('reader_id', '=', readerId)
    .where('provider', '=', providerKey(orcid))
    .executeTakeFirst();
  return row?.subject;
}

/** @returns why it cannot be taken off; undefined when it was. */
export async function unlinkIdentity(
  db: Kysely<Schema>,
  readerId: number,
  { provider, subject }: { provider: string; subject: string },
): Promise<string | undefined> {
  const reader = await db.selectFrom('reader').select('email').where('id', '=', readerId).executeTakeFirst();
  const passkey = await db.selectFrom('passkey').select('name').where('reader_id', '=', readerId).executeTakeFirst();
  const others = await db
    .selectFrom('reader_identity')
    .select('subject')
    .where('reader_id', '=', readerId)
    .where((w) => w.not(w.and([w('provider', '=', provider), w('subject', '=', subject)])))
    .executeTakeFirst();
  if (!reader?.email && !passkey && !others)
    return 'This is the only way into your account; add an address or a passkey first.';
  await db
    .deleteFrom('reader_identity')
    .where('reader_id', '=', readerId)
    .where('provider', '=', provider)
    .where('subject', '=', subject)
    .execute();
  return undefined;
}

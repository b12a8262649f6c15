import { readAudit } from '@broadsheet/newsroom/accounts';
import { currentHost } from '@broadsheet/newsroom/host';
import type { PageServerLoad } from './$types';

const PAGE = 100;

export const load: PageServerLoad = async ({ url }) => {
  const host = currentHost();
  const before = Number(url.searchParams.get('before')) || undefined;
  const entries = await readAudit(host.database.db, { before, limit: PAGE });
  return { now: host.now(), entries, more: entries.length === PAGE ? entries.at(-1)?.id : undefined };
};

import { currentHost } from '@broadsheet/newsroom/host';
import { loadStages } from '#lib/server/topics/stages.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ url }) => {
  const before = /^\d{1,9}$/.exec(url.searchParams.get('before') ?? '')?.[0];
  return loadStages(currentHost(), before === undefined ? undefined : Number(before));
};

import { readJobCounts } from '@broadsheet/newsroom/administration';
import { currentHost } from '@broadsheet/newsroom/host';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async () => ({ queues: await readJobCounts(currentHost().database) });

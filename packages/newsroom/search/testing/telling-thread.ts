import { threadId } from 'node:worker_threads';
import type { StoreAddress } from '@broadsheet/database';
import { answerRequests } from '../helper-requests.ts';

// Answers every request with the thread that it is.
answerRequests<{ store: StoreAddress }, number>(async (_db, _request, say) => say(threadId));

import { currentHost } from '@broadsheet/newsroom/host';
import { createApi } from '../../../api/index.ts';
import type { RequestHandler } from './$types';

const readers = new WeakMap<Request, number | undefined>();
const api = createApi({ host: currentHost, readerOf: (request) => readers.get(request) });

/** Hands every method to the API; who asks is known by the page's own rules. */
const handler: RequestHandler = async ({ request, locals }) => {
  readers.set(request, locals.readerId);
  return api.fetch(request);
};

export { handler as DELETE, handler as GET, handler as PATCH, handler as POST, handler as PUT };

import { listCardResponse } from '#lib/server/card-response.ts';
import type { RequestHandler } from './$types';

/** `/cards/papers/date/2026-01-14.png` is the card of the list at `/papers/date/2026-01-14`; that of the front page is `/cards/front.png`. */
export const GET: RequestHandler = ({ params, url }) =>
  listCardResponse(params.address === 'front' ? '/' : `/${params.address}`, url.searchParams);

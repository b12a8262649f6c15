import { cardResponse } from '#lib/server/card-response.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = ({ params }) => cardResponse(`${params.archive}/${params.number}`, 'svg');

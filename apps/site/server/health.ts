import type { IncomingMessage } from 'node:http';
import type { Host } from '@broadsheet/newsroom/host';
import { type Exchange, sendProblem, sendText } from './send.ts';

/** Says whether the site can answer: its store is asked. */
export async function health(host: Host, exchange: Exchange): Promise<string> {
  try {
    await host.database.db.selectFrom('setting').select('key').limit(1).execute();
    sendText(exchange, 200, 'application/json', '{"status":"ok"}\n');
  } catch (error) {
    host.log.error('store does not answer', { error });
    sendProblem(exchange, { status: 503, title: 'The store does not answer', detail: 'See the log of this site.' });
  }
  return 'health';
}

/** Metrics are for the operator: only from this machine, and never through a proxy. */
export function mayReadMetrics(host: Host, request: IncomingMessage): boolean {
  const remote = request.socket.remoteAddress ?? '';
  const isLocal = remote === '::1' || /^(::ffff:)?127\./.test(remote);
  return host.settings.metrics && isLocal && request.headers['x-forwarded-for'] === undefined;
}

import type { Host } from '@broadsheet/newsroom/host';
import type { RequestEvent } from '@sveltejs/kit';

/** What a form says in a field; empty where it says nothing, or sends a file. */
export function field(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
}

/** Who sends a form: its address for the limits, its program for the list of sessions, the session that a new one replaces. */
export function callerOf({ request, locals, getClientAddress }: RequestEvent) {
  return {
    address: getClientAddress(),
    agent: request.headers.get('user-agent') ?? '',
    replacing: locals.acting.sessionId,
  };
}

/** Says when a limit lets one try again, in words and in the header that programs read. */
export function againAt({ setHeaders }: RequestEvent, host: Host, retryAt: number): string {
  const seconds = Math.max(1, Math.ceil((retryAt - host.now()) / 1_000));
  setHeaders({ 'retry-after': String(seconds) });
  const minutes = Math.ceil(seconds / 60);
  return `That was tried too often; try again in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}.`;
}

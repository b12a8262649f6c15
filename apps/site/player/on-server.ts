import type { RunResult } from '@broadsheet/experiments';
import type { RunnerEvent } from '@broadsheet/experiments/runner';
import type { RunHandle, RunListener, RunOrder } from './order.ts';

const RUNS = '/api/lab/runs';
/** A connection that was closed for good is opened anew after this long. */
const AGAIN_MS = 3_000;

interface Ended {
  readonly state: 'done' | 'failed' | 'cancelled';
  readonly said: string | null;
}

/** Has the run carried out as a job of the server, and follows it. Leaving the page leaves the run going. */
export function runOnServer(order: RunOrder, listener: RunListener): RunHandle {
  let id: string | undefined;
  let isStopped = false;
  let events: EventSource | undefined;
  const stop = () => {
    isStopped = true;
    events?.close();
    if (id) void fetch(`${RUNS}/${id}`, { method: 'DELETE' }).catch(() => undefined);
    listener.onEnd('stopped', 'Stopped.');
  };
  void ask(order)
    .then((taken) => {
      id = taken;
      if (isStopped) return void fetch(`${RUNS}/${id}`, { method: 'DELETE' }).catch(() => undefined);
      listener.onSaid('on the server, waiting for its turn');
      follow(taken, listener, (source) => {
        events = source;
        return !isStopped;
      });
    })
    .catch((error: Error) => isStopped || listener.onEnd('failed', error.message));
  return { stop };
}

async function ask(order: RunOrder): Promise<string> {
  const { experiment, size, parameters, seeds } = order;
  let answer: Response;
  try {
    answer = await fetch(RUNS, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ experiment, size, parameters, seeds }),
    });
  } catch {
    throw new Error('The site cannot be reached; nothing was begun. It can run in this browser meanwhile.');
  }
  // A proxy in between answers in HTML when the site is away.
  const body = (await answer.json().catch(() => ({}))) as { id: string; detail?: string };
  if (!answer.ok) throw new Error(body.detail ?? `The site answered ${answer.status}; nothing was begun.`);
  return body.id;
}

/** @param isWanted told of each connection; answers whether it is still wanted */
function follow(id: string, listener: RunListener, isWanted: (source: EventSource) => boolean): void {
  let isLost = false;
  let lastSeq = 0;
  const connect = () => {
    const source = new EventSource(`${RUNS}/${id}/events?since=${lastSeq}`);
    if (!isWanted(source)) return source.close();
    source.addEventListener('open', () => {
      if (isLost) listener.onTrouble('The connection is back; the run went on meanwhile.');
      isLost = false;
    });
    source.addEventListener('error', () => {
      if (!isWanted(source)) return source.close();
      if (!isLost) listener.onTrouble('The connection to the site is lost; trying again. The run goes on there.');
      isLost = true;
      // The browser tries again by itself, unless the answer was none of events at all.
      if (source.readyState !== EventSource.CLOSED) return;
      setTimeout(connect, AGAIN_MS);
    });
    source.addEventListener('batch', (event) => {
      lastSeq = Number(event.lastEventId);
      const batch = JSON.parse(event.data) as (RunnerEvent | { type: 'begin' })[];
      if (batch.some((e) => e.type === 'begin')) {
        listener.onBegin();
        listener.onSaid('on the server');
      }
      listener.onEvents(batch.filter((e) => e.type !== 'begin'));
    });
    source.addEventListener('end', (event) => {
      source.close();
      const { state, said } = JSON.parse(event.data) as Ended;
      if (state === 'done') void bring(id, listener);
      else listener.onEnd(state === 'cancelled' ? 'stopped' : 'failed', said ?? 'It ended without saying why.');
    });
  };
  connect();
}

async function bring(id: string, listener: RunListener): Promise<void> {
  try {
    const answer = await fetch(`${RUNS}/${id}/result`);
    if (!answer.ok) throw new Error(`the site answered ${answer.status}`);
    listener.onDone((await answer.json()) as RunResult, id);
  } catch (error) {
    const words = `The run is done and stored, but its result did not come: ${(error as Error).message}. It is at this page with ?run=${id}.`;
    listener.onEnd('failed', words);
  }
}

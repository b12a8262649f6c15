/** A proxy closes a connection on which nothing is said for a minute; a model may think for longer. */
const STILL_HERE_MS = 15_000;

type Send = (event: string, data: unknown) => void;

/**
 * Answers with server-sent events for as long as `work` runs.
 * @param work its signal aborts when whoever asked has gone
 */
export function eventStream(asked: AbortSignal, work: (send: Send, signal: AbortSignal) => Promise<void>): Response {
  const gone = new AbortController();
  const leave = () => gone.abort(new DOMException('Whoever asked has gone.', 'AbortError'));
  if (asked.aborted) leave();
  asked.addEventListener('abort', leave, { once: true });
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      const write = (text: string) => {
        if (!gone.signal.aborted) controller.enqueue(encoder.encode(text));
      };
      const stillHere = setInterval(() => write(': still here\n\n'), STILL_HERE_MS);
      try {
        await work((event, data) => write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`), gone.signal);
      } finally {
        clearInterval(stillHere);
        if (!gone.signal.aborted) controller.close();
      }
    },
    cancel: leave,
  });
  return new Response(body, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
  });
}

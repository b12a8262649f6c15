import type { RunHandle, RunListener, RunOrder, WorkerMessage } from './order.ts';

const WORKER = '/player/worker.js';
const BEAT_MS = 1_000;
/** A beat that comes so late was held back: the tab, or the whole machine, was asleep. */
const ASLEEP_MS = 20_000;

/** Runs in a worker of this page, which is ended with the run. */
export function runInBrowser(order: RunOrder, listener: RunListener): RunHandle {
  const worker = new Worker(WORKER, { type: 'module' });
  let hasEnded = false;
  let beatAt = Date.now();
  const beat = setInterval(() => {
    const gap = Date.now() - beatAt;
    beatAt = Date.now();
    if (gap > ASLEEP_MS)
      listener.onTrouble(`This tab was asleep for ${Math.round(gap / 1000)} seconds; the run goes on where it was.`);
  }, BEAT_MS);
  const end = () => {
    hasEnded = true;
    clearInterval(beat);
    worker.terminate();
  };
  worker.addEventListener('message', ({ data }: MessageEvent<WorkerMessage>) => {
    // What was under way when the run was stopped is heard no more.
    if (hasEnded) return;
    switch (data.type) {
      case 'said':
        return listener.onSaid(data.words);
      case 'loading':
        return listener.onLoading(data.fraction);
      case 'events':
        return listener.onEvents(data.events);
      case 'done':
        end();
        return listener.onDone(data.result);
      case 'failed':
        end();
        return listener.onEnd('failed', data.words);
    }
  });
  worker.addEventListener('error', (event) => {
    if (hasEnded) return;
    end();
    const why = event.message ? `: ${event.message}` : ': its script did not load, or the browser ended it';
    listener.onEnd('failed', `The worker crashed${why}. Nothing of this run was kept; Run begins it anew.`);
  });
  worker.postMessage(order);
  return {
    stop() {
      if (hasEnded) return;
      end();
      listener.onEnd('stopped', 'Stopped. What was drawn so far stays; it is no result.');
    },
  };
}

/** Why nothing can run in this browser; undefined where it can. */
export function whyNotHere(): string | undefined {
  if (typeof Worker === 'undefined') return 'This browser has no workers';
  if (typeof WebAssembly === 'undefined') return 'This browser has no WebAssembly';
  return WebAssembly.validate(SIMD_PROBE) ? undefined : 'This browser has no WebAssembly SIMD';
}

/** The smallest module with a SIMD instruction: (func (drop (i8x16.splat (i32.const 0)))). */
const SIMD_PROBE = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x04, 0x01, 0x60, 0x00, 0x00, 0x03, 0x02, 0x01, 0x00],
  ...[0x0a, 0x09, 0x01, 0x07, 0x00, 0x41, 0x00, 0xfd, 0x0f, 0x1a, 0x0b],
);

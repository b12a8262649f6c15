import type { countRuns } from '@broadsheet/newsroom/lab';
import type { runtimesOf } from '@broadsheet/newsroom/runtimes';

/** Where the training runtime stands, in words. */
export function runtimeWords(now: ReturnType<typeof runtimesOf>): string {
  switch (now.state) {
    case 'ready':
      return 'ONNX Runtime, installed';
    case 'installing':
      return 'ONNX Runtime is being installed; until then runs use slower kernels';
    case 'absent':
      return 'not installed yet; runs use slower kernels';
    case 'off':
      return 'not to be installed (BROADSHEET_RUNTIMES); runs use slower kernels';
    case 'failed':
      return `could not be installed: ${now.why}`;
  }
}

/** How many experiments there are, and what their runs on the server do. */
export function experimentWords(
  isOn: boolean,
  experiments: number,
  runs: Awaited<ReturnType<typeof countRuns>>,
): string {
  const there = `${experiments} ${experiments === 1 ? 'experiment' : 'experiments'}`;
  if (!isOn) return `${there}; runs on the server are switched off`;
  const hand = `${runs.running} going on, ${runs.queued} waiting`;
  return `${there}; runs on the server: ${hand}, ${runs.done} done, ${runs.failed} failed`;
}

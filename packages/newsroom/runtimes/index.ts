import { installRuntimes, loadNativeRuntime, type RuntimesState, runtimesState } from '@broadsheet/engine/node';
import type { Host } from '../host/index.ts';

/**
 * Brings ONNX Runtime, which training runs on, to this machine: once, in the background, after `until` is fulfilled, so
 * that a fresh site shows its pages first. Until then, and where it cannot be had, runs use jax-js's own kernels and say so.
 */
export async function keepRuntimes(
  host: Host,
  { until, signal }: { until: Promise<void>; signal: AbortSignal },
): Promise<RuntimesState> {
  if (!host.settings.runtimes) return { state: 'off' };
  await until;
  const before = runtimesState().state;
  if (signal.aborted) return runtimesState();
  const after = await installRuntimes({ signal });
  if (signal.aborted) return after;
  if (after.state === 'failed') host.log.warn('training runs on slower kernels', { why: after.why });
  else if (before !== 'ready' && after.state === 'ready') host.log.info('the training runtimes are installed');
  if (after.state === 'ready') loadNativeRuntime();
  return after;
}

/** Where the runtimes stand, for the status page. */
export function runtimesOf(host: Host): RuntimesState {
  return host.settings.runtimes ? runtimesState() : { state: 'off' };
}

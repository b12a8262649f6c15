/** Runs in Chromium: the cases that every executor must agree on, on WebGPU. */
import { availableExecutors, useRuntime } from '../../index.ts';
import { gradientCases } from '../../nn/testing/gradient-cases.ts';
import { gradientFault } from '../../nn/testing/gradient-check.ts';
import { disagreement } from './agreement.ts';
import { cases } from './cases.ts';

export interface Outcome {
  readonly name: string;
  readonly fault?: string;
}

export async function run(module: string, folder: string): Promise<Outcome[] | string> {
  const ort = await import(/* @vite-ignore */ module);
  ort.env.wasm.wasmPaths = folder;
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
  useRuntime('webgpu', ort);
  const why = (await availableExecutors()).find(({ name }) => name === 'webgpu')?.why;
  if (why) return why;
  const outcomes: Outcome[] = [];
  for (const one of cases)
    outcomes.push({ name: `computes ${one.name}`, fault: await said(disagreement('webgpu', one)) });
  for (const one of gradientCases)
    outcomes.push({ name: `differentiates ${one.name}`, fault: await said(gradientFault('webgpu', one)) });
  return outcomes;
}

async function said(fault: Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await fault;
  } catch (error) {
    return (error as Error).message;
  }
}

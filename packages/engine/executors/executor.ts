import type { Tensor } from '../tensor.ts';
import type { Trace } from '../trace.ts';
import type { ExecutorName } from './names.ts';

export interface OpenOptions {
  name: string;
  /** Threads for one program; default: as many as the machine has cores, at most 4. */
  threads?: number;
  /** Run this many steps of `(state, batch) → (state, metrics)` in one call. The first `stateCount` inputs are the state. */
  scan?: { stateCount: number; steps: number };
  /** Leave results where they are computed (a GPU's memory) instead of bringing them to the host. */
  keepOnDevice?: boolean;
}

/** What a program and its inputs are, for an executor to open. */
export interface Source {
  trace: Trace;
  /** The traced function on flat lists of arrays, for the executor that runs jax-js itself. */
  flat: (...leaves: never[]) => unknown[];
}

/** A tensor wherever the executor keeps it. */
export type DeviceValue = object;

/** A program that is ready to run. Inputs are borrowed; results belong to the caller, who releases them. */
export interface OpenProgram {
  /** Such as `onnxruntime-node 1.30.0, 2 threads`. */
  readonly description: string;
  send(tensor: Tensor): DeviceValue;
  fetch(value: DeviceValue): Promise<Tensor>;
  release(value: DeviceValue): void;
  run(inputs: readonly DeviceValue[]): Promise<DeviceValue[]>;
  close(): Promise<void>;
}

/** Opens traced programs. One object for each way of running. */
export interface Executor {
  readonly name: ExecutorName;
  /** Why it cannot run here, or undefined where it can. */
  unavailable(): Promise<string | undefined>;
  open(source: Source, options: OpenOptions): Promise<OpenProgram>;
}

/** More than four threads gain nothing on graphs of this size, and a site's other work needs cores too. */
export function defaultThreads(): number {
  return Math.min(4, Math.max(1, globalThis.navigator?.hardwareConcurrency ?? 1));
}

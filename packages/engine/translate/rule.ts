import type { DataType } from '../tensor.ts';
import type { GraphBuilder } from './graph-builder.ts';
import type { View } from './view.ts';

/** The type of a traced value, as jax-js states it. A weak type gives way to the other operand's. */
export interface ValueType {
  shape: readonly number[];
  dtype: string;
  weakType: boolean;
}

/** One equation of a traced program, ready to be translated. */
export interface Equation {
  graph: GraphBuilder;
  inputs: View[];
  inputTypes: readonly ValueType[];
  params: Readonly<Record<string, unknown>>;
  outputs: readonly ValueType[];
}

/** Emits what one primitive does and returns the views of its results. */
export type Rule = (equation: Equation) => View | View[];

/** A primitive that has no translation; the caller adds the name of the program and the line that used it. */
export class UntranslatableError extends Error {}

const SUPPORTED = new Set(['float32', 'int32', 'uint32', 'bool']);

export function dataType(dtype: string): DataType {
  if (SUPPORTED.has(dtype)) return dtype as DataType;
  throw new UntranslatableError(`its element type ${dtype} has no translation; use float32, int32, uint32 or bool`);
}

const RANK = ['bool', 'uint32', 'int32', 'float32'];

/** The common type of two operands (jax-js's promoteAvals, 0.1.25). */
export function promote(a: ValueType, b: ValueType): ValueType {
  const higher = (x: string, y: string) => (RANK.indexOf(x) > RANK.indexOf(y) ? x : y);
  const weakType = a.weakType && b.weakType;
  if (a.weakType === b.weakType) return { shape: [], dtype: higher(a.dtype, b.dtype), weakType };
  return { shape: [], dtype: higher(a.weakType ? b.dtype : a.dtype, 'uint32'), weakType };
}

import type { ElementType, OnnxAttribute, OnnxNode, OnnxTensor } from '../onnx/model.ts';

type Attributes = Readonly<Record<string, OnnxAttribute>>;

/** A tensor that is zero but for parts along one axis, as the gradients of slices are. */
export interface Pieces {
  at: number;
  dims: readonly number[];
  dtype: ElementType;
  parts: readonly { start: number; end: number; name: string }[];
}

/** A tensor that is another one times a number. */
export interface Scaled {
  base: string;
  factor: number;
}

/** Collects the nodes of one ONNX graph. The same operation on the same values is emitted once. */
export class GraphBuilder {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxTensor[] = [];
  /** Set when a node needs the operator set of ONNX 1.21 (BitCast); everything else is older. */
  needsBitcast = false;
  /** What is known of some results, so that what follows can do without them; an unused node is dropped at the end. */
  readonly pieces = new Map<string, Pieces>();
  readonly scaled = new Map<string, Scaled>();
  readonly reciprocals = new Map<string, string>();
  #known = new Map<string, string[]>();
  #constants = new Map<string, string>();
  #sliceOf = new Map<string, { base: string; starts: number[] }>();
  #count = 0;

  /** Emits a node of one output and returns the output's name. */
  emit(op: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.emitMany(op, inputs, attributes, 1)[0];
  }

  emitMany(op: string, inputs: readonly string[], attributes: Attributes, outputCount: number): string[] {
    const key = `${op}|${inputs.join()}|${JSON.stringify(attributes)}`;
    const known = this.#known.get(key);
    if (known) return known;
    const outputs = Array.from({ length: outputCount }, () => this.#fresh());
    if (op === 'BitCast') this.needsBitcast = true;
    this.nodes.push({ op, inputs: [...inputs], outputs, attributes });
    this.#known.set(key, outputs);
    return outputs;
  }

  /** A list of 64-bit integers, as ONNX takes shapes, axes and sizes. */
  integers(values: readonly number[]): string {
    return this.#constant('int64', [values.length], new Uint8Array(BigInt64Array.from(values, BigInt).buffer), values);
  }

  scalar(value: number, type: ElementType): string {
    return this.#constant(type, [], scalarBytes(value, type), [value]);
  }

  /** A constant of any shape; not shared, since comparing the bytes would cost more than it saves. */
  constant(type: ElementType, dims: readonly number[], bytes: Uint8Array): string {
    const name = this.#fresh();
    this.initializers.push({ name, type, dims, bytes });
    return name;
  }

  reshape(name: string, from: readonly number[], to: readonly number[]): string {
    if (from.length === to.length && from.every((d, i) => d === to[i])) return name;
    return this.emit('Reshape', [name, this.integers(to)], { allowzero: { int: 1 } });
  }

  transpose(name: string, perm: readonly number[]): string {
    return perm.every((p, i) => p === i) ? name : this.emit('Transpose', [name], { perm: { ints: perm } });
  }

  /** Cuts [start, end) on every axis. A cut of a cut is taken from the whole, so that walking along an axis stays linear. */
  slice(name: string, dims: readonly number[], bounds: readonly (readonly [number, number])[]): string {
    if (bounds.every(([start, end], i) => start === 0 && end === dims[i])) return name;
    const outer = this.#sliceOf.get(name);
    const base = outer?.base ?? name;
    const starts = bounds.map(([start], i) => start + (outer?.starts[i] ?? 0));
    const ends = bounds.map(([start, end], i) => starts[i] + end - start);
    const axes = bounds.map((_, i) => i);
    const cut = this.emit('Slice', [base, this.integers(starts), this.integers(ends), this.integers(axes)]);
    this.#sliceOf.set(cut, { base, starts });
    return cut;
  }

  /** The nodes that the outputs need, in order. */
  liveNodes(outputs: Iterable<string>): OnnxNode[] {
    const needed = new Set(outputs);
    const live: OnnxNode[] = [];
    for (const node of this.nodes.toReversed()) {
      if (!node.outputs.some((name) => needed.has(name))) continue;
      live.push(node);
      for (const input of node.inputs) needed.add(input);
    }
    return live.reverse();
  }

  #constant(type: ElementType, dims: readonly number[], bytes: Uint8Array, values: readonly number[]): string {
    const key = `${type}|${dims.length}|${values.map((v) => (Object.is(v, -0) ? '-0' : String(v))).join()}`;
    let name = this.#constants.get(key);
    if (name === undefined) {
      name = this.constant(type, dims, bytes);
      this.#constants.set(key, name);
    }
    return name;
  }

  #fresh(): string {
    return `t${this.#count++}`;
  }
}

function scalarBytes(value: number, type: ElementType): Uint8Array {
  switch (type) {
    case 'float32':
      return new Uint8Array(Float32Array.of(value).buffer);
    case 'bool':
      return Uint8Array.of(value ? 1 : 0);
    case 'int64':
      return new Uint8Array(BigInt64Array.of(BigInt(Math.trunc(value))).buffer);
    case 'uint64':
      return new Uint8Array(BigUint64Array.of(BigInt(Math.trunc(value))).buffer);
    default:
      return new Uint8Array(Int32Array.of(value | 0).buffer); // `|` wraps, so that uint32 keeps its bits
  }
}

import {
  assemble,
  type Code,
  i8x16Add,
  i8x16Popcnt,
  i16x8HighBytes,
  i16x8LowBytes,
  i16x8PairsOfBytes,
  i32Add,
  i32Const,
  i32LtU,
  i32Mul,
  i32Store,
  i32x4Add,
  i32x4Dot,
  i32x4Lane,
  i32x4PairsOfShorts,
  localGet,
  localSet,
  loopWhile,
  v128Load,
  v128Xor,
  v128Zero,
  type WasmFunction,
} from './assembler.ts';

/** Where the bytes lie: a query, the first of some vectors, how many, and where their numbers go, four bytes each. */
type Scan = (query: number, base: number, count: number, out: number) => void;

export interface Kernels {
  /** Products of an int16 query with int8 vectors. */
  products: Scan;
  /** In how many bits the signs of vectors differ from a query's. */
  differences: Scan;
}

const VECTOR_BYTES = 16;
const PAGE_BYTES = 65_536;
/** All that 32 bits address. */
export const MAX_PAGES = 65_535;
const [QUERY, BASE, COUNT, OUT, END] = [0, 1, 2, 3, 4];
const [FIRST, SECOND] = [5, 6];

const compiled = new Map<string, WebAssembly.Module>();

/** The scans for vectors of some length, over a memory. The module has some hundred bytes and is made in a moment. */
export function kernels(memory: WebAssembly.Memory, dimensions: number): Kernels {
  const isShared = typeof SharedArrayBuffer !== 'undefined' && memory.buffer instanceof SharedArrayBuffer;
  const key = `${dimensions} ${isShared}`;
  let module = compiled.get(key);
  if (!module) {
    module = new WebAssembly.Module(
      assemble([products(dimensions), differences(dimensions)], { isShared, maxPages: MAX_PAGES }),
    );
    compiled.set(key, module);
  }
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels;
}

export function pagesFor(bytes: number): number {
  return Math.ceil(bytes / PAGE_BYTES);
}

/** Sixteen dimensions at a time: bytes widened to shorts, multiplied and added in pairs, into two sums. */
function products(dimensions: number): WasmFunction {
  const step: Code = [];
  for (let d = 0; d < dimensions; d += VECTOR_BYTES) {
    const part = (sum: number, widen: Code, queryOffset: number) => [
      ...localGet(sum),
      ...localGet(BASE),
      ...v128Load(d),
      ...widen,
      ...localGet(QUERY),
      ...v128Load(queryOffset),
      ...i32x4Dot,
      ...i32x4Add,
      ...localSet(sum),
    ];
    step.push(...part(FIRST, i16x8LowBytes, 2 * d), ...part(SECOND, i16x8HighBytes, 2 * d + VECTOR_BYTES));
  }
  const sum = [...localGet(FIRST), ...localGet(SECOND), ...i32x4Add, ...localSet(FIRST), ...lanesOf(FIRST)];
  return scan('products', dimensions, [...zero(FIRST), ...zero(SECOND), ...step], sum);
}

/** A byte counts at most eight differing bits, so sixteen steps fit into it before they are widened. */
function differences(dimensions: number): WasmFunction {
  const bytes = dimensions / 8;
  const step: Code = [];
  for (let d = 0; d < bytes; d += VECTOR_BYTES)
    step.push(
      ...localGet(FIRST),
      ...localGet(BASE),
      ...v128Load(d),
      ...localGet(QUERY),
      ...v128Load(d),
      ...v128Xor,
      ...i8x16Popcnt,
      ...i8x16Add,
      ...localSet(FIRST),
    );
  const sum = [...localGet(FIRST), ...i16x8PairsOfBytes, ...i32x4PairsOfShorts, ...localSet(FIRST), ...lanesOf(FIRST)];
  return scan('differences', bytes, [...zero(FIRST), ...step], sum);
}

function zero(local: number): Code {
  return [...v128Zero, ...localSet(local)];
}

function lanesOf(local: number): Code {
  const lane = (i: number) => [...localGet(local), ...i32x4Lane(i)];
  return [...lane(0), ...lane(1), ...i32Add, ...lane(2), ...i32Add, ...lane(3), ...i32Add];
}

/** Walks over all vectors; `sum` leaves each one's number. */
function scan(name: string, stride: number, step: Code, sum: Code): WasmFunction {
  const forward = (local: number, by: number) => [...localGet(local), ...i32Const(by), ...i32Add, ...localSet(local)];
  const body = [
    ...[...localGet(BASE), ...localGet(COUNT), ...i32Const(stride), ...i32Mul, ...i32Add, ...localSet(END)],
    ...loopWhile([
      ...step,
      ...localGet(OUT),
      ...sum,
      ...i32Store,
      ...forward(OUT, 4),
      ...forward(BASE, stride),
      ...[...localGet(BASE), ...localGet(END), ...i32LtU],
    ]),
  ];
  return { name, parameters: 4, numbers: 1, vectors: 2, body };
}

import {
  assemble,
  type Code,
  i8x16Add,
  i8x16Popcnt,
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
  v128LoadBytesAsShorts,
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
const NUMBER_BYTES = 4;
const PAGE_BYTES = 65_536;
/** All that 32 bits address. */
export const MAX_PAGES = 65_535;
const [QUERY, BASE, COUNT, OUT, END] = [0, 1, 2, 3, 4];
/** The first of the locals that hold vectors. */
const FIRST = 5;
/** So many vectors at a time: a part of the query is loaded once for all of them, and their sums fit into registers. */
const TOGETHER = 4;

const compiled = new Map<string, WebAssembly.Module>();

/** The scans for vectors of some length, over a memory. The module has some hundred bytes and is made in a moment. */
export function kernels(memory: WebAssembly.Memory, dimensions: number): Kernels {
  const isShared = typeof SharedArrayBuffer !== 'undefined' && memory.buffer instanceof SharedArrayBuffer;
  const key = `${dimensions} ${isShared}`;
  let module = compiled.get(key);
  if (!module) {
    module = new WebAssembly.Module(
      assemble([products('one', dimensions, 1), products('several', dimensions, TOGETHER), differences(dimensions)], {
        isShared,
        maxPages: MAX_PAGES,
      }),
    );
    compiled.set(key, module);
  }
  const {
    one,
    several,
    differences: differing,
  } = new WebAssembly.Instance(module, { env: { memory } }).exports as Record<string, Scan>;
  const all: Scan = (query, base, count, out) => {
    const rest = count % TOGETHER;
    const whole = count - rest;
    if (whole > 0) several(query, base, whole, out);
    if (rest > 0) one(query, base + whole * dimensions, rest, out + whole * NUMBER_BYTES);
  };
  return { products: all, differences: differing };
}

export function pagesFor(bytes: number): number {
  return Math.ceil(bytes / PAGE_BYTES);
}

/** Eight dimensions at a time: bytes read as shorts, multiplied and added in pairs, into one sum a vector. */
function products(name: string, dimensions: number, together: number): WasmFunction {
  const query = FIRST + together;
  const sums = Array.from({ length: together }, (_, i) => FIRST + i);
  const step: Code = [];
  for (let d = 0; d < dimensions; d += VECTOR_BYTES / 2) {
    step.push(...localGet(QUERY), ...v128Load(2 * d), ...localSet(query));
    for (const [i, sum] of sums.entries())
      step.push(
        ...[...localGet(sum), ...localGet(BASE), ...v128LoadBytesAsShorts(d + i * dimensions), ...localGet(query)],
        ...[...i32x4Dot, ...i32x4Add, ...localSet(sum)],
      );
  }
  return scan(name, {
    stride: dimensions,
    vectors: together + 1,
    step: [...sums.flatMap(zero), ...step],
    sums: sums.map(lanesOf),
  });
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
  return scan('differences', { stride: bytes, vectors: 1, step: [...zero(FIRST), ...step], sums: [sum] });
}

function zero(local: number): Code {
  return [...v128Zero, ...localSet(local)];
}

function lanesOf(local: number): Code {
  const lane = (i: number) => [...localGet(local), ...i32x4Lane(i)];
  return [...lane(0), ...lane(1), ...i32Add, ...lane(2), ...i32Add, ...lane(3), ...i32Add];
}

/** Walks over all vectors, some at a time; each of `sums` leaves one's number. */
function scan(
  name: string,
  { stride, vectors, step, sums }: { stride: number; vectors: number; step: Code; sums: readonly Code[] },
): WasmFunction {
  const forward = (local: number, by: number) => [...localGet(local), ...i32Const(by), ...i32Add, ...localSet(local)];
  const body = [
    ...[...localGet(BASE), ...localGet(COUNT), ...i32Const(stride), ...i32Mul, ...i32Add, ...localSet(END)],
    ...loopWhile([
      ...step,
      ...sums.flatMap((sum, i) => [...localGet(OUT), ...sum, ...i32Store(i * NUMBER_BYTES)]),
      ...forward(OUT, sums.length * NUMBER_BYTES),
      ...forward(BASE, sums.length * stride),
      ...[...localGet(BASE), ...localGet(END), ...i32LtU],
    ]),
  ];
  return { name, parameters: 4, numbers: 1, vectors, body };
}

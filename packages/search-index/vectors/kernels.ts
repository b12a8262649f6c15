import {
  assemble,
  type Code,
  i32Add,
  i32Const,
  i32Load,
  i32LtU,
  i32Mul,
  i32Store,
  i32x4Add,
  i32x4Dot,
  i32x4Lane,
  localGet,
  localSet,
  loopWhile,
  v128Load,
  v128LoadBytesAsShorts,
  v128Zero,
  type WasmFunction,
} from './assembler.ts';

/** Where the bytes lie: a query, the first of some vectors, how many, and where their numbers go, four bytes each. */
type Scan = (query: number, base: number, count: number, out: number) => void;

export interface Kernels {
  /** Products of an int16 query with int8 vectors. */
  products: Scan;
  /** The same of those vectors whose places, four bytes each, stand in a list. */
  listed(query: number, base: number, count: number, out: number, list: number): void;
}

const VECTOR_BYTES = 16;
const NUMBER_BYTES = 4;
const PAGE_BYTES = 65_536;
/** All that 32 bits address. */
export const MAX_PAGES = 65_535;
const [QUERY, BASE, COUNT, OUT, END] = [0, 1, 2, 3, 4];
/** A fifth parameter, of one function alone. */
const LIST = 4;
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
      assemble(
        [products('one', dimensions, 1), products('several', dimensions, TOGETHER), productsOfListed(dimensions)],
        { isShared, maxPages: MAX_PAGES },
      ),
    );
    compiled.set(key, module);
  }
  const { one, several, listed } = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Record<
    'one' | 'several',
    Scan
  > &
    Pick<Kernels, 'listed'>;
  const all: Scan = (query, base, count, out) => {
    const rest = count % TOGETHER;
    const whole = count - rest;
    if (whole > 0) several(query, base, whole, out);
    if (rest > 0) one(query, base + whole * dimensions, rest, out + whole * NUMBER_BYTES);
  };
  return {
    products: all,
    listed: (query, base, count, out, list) => {
      if (count > 0) listed(query, base, count, out, list);
    },
  };
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

/** As `products`, of vectors whose places stand in a list: one at a time, as each lies anywhere. */
function productsOfListed(dimensions: number): WasmFunction {
  const [list, row, count] = [LIST, LIST + 1, LIST + 2];
  const sum = LIST + 3;
  const step: Code = [];
  for (let d = 0; d < dimensions; d += VECTOR_BYTES / 2)
    step.push(
      ...[...localGet(sum), ...localGet(row), ...v128LoadBytesAsShorts(d), ...localGet(QUERY), ...v128Load(2 * d)],
      ...[...i32x4Dot, ...i32x4Add, ...localSet(sum)],
    );
  const body = [
    ...loopWhile([
      ...[...localGet(list), ...i32Load, ...i32Const(dimensions), ...i32Mul, ...localGet(BASE), ...i32Add],
      ...[...localSet(row), ...zero(sum), ...step],
      ...[...localGet(OUT), ...lanesOf(sum), ...i32Store(0)],
      ...forward(OUT, NUMBER_BYTES),
      ...forward(list, NUMBER_BYTES),
      ...forward(count, 1),
      ...[...localGet(count), ...localGet(COUNT), ...i32LtU],
    ]),
  ];
  return { name: 'listed', parameters: 5, numbers: 2, vectors: 1, body };
}

function zero(local: number): Code {
  return [...v128Zero, ...localSet(local)];
}

function lanesOf(local: number): Code {
  const lane = (i: number) => [...localGet(local), ...i32x4Lane(i)];
  return [...lane(0), ...lane(1), ...i32Add, ...lane(2), ...i32Add, ...lane(3), ...i32Add];
}

function forward(local: number, by: number): Code {
  return [...localGet(local), ...i32Const(by), ...i32Add, ...localSet(local)];
}

/** Walks over all vectors, some at a time; each of `sums` leaves one's number. */
function scan(
  name: string,
  { stride, vectors, step, sums }: { stride: number; vectors: number; step: Code; sums: readonly Code[] },
): WasmFunction {
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

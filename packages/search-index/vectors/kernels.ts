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
const [QUERY, BASE, COUNT, OUT] = [0, 1, 2, 3];
/** A fifth parameter, of either kind of function. */
const [STEP, LIST] = [4, 4];
const END = 5;
/** So many vectors at a time: a part of the query is loaded once for all of them, and their sums fit into registers. */
const TOGETHER = 8;

const compiled = new Map<string, WebAssembly.Module>();

/** The scans for vectors of some length, over a memory. The module has some hundred bytes and is made in a moment. */
export function kernels(memory: WebAssembly.Memory, dimensions: number): Kernels {
  const isShared = typeof SharedArrayBuffer !== 'undefined' && memory.buffer instanceof SharedArrayBuffer;
  const key = `${dimensions} ${isShared}`;
  let module = compiled.get(key);
  if (!module) {
    module = new WebAssembly.Module(
      assemble(
        [products('one', dimensions, 1), products('apart', dimensions, TOGETHER), productsOfListed(dimensions)],
        { isShared, maxPages: MAX_PAGES },
      ),
    );
    compiled.set(key, module);
  }
  const { one, apart, listed } = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Record<
    'one' | 'apart',
    (...given: [...Parameters<Scan>, step: number]) => void
  > &
    Pick<Kernels, 'listed'>;
  const all: Scan = (query, base, count, out) => {
    const part = Math.floor(count / TOGETHER);
    const whole = part * TOGETHER;
    if (part > 0) apart(query, base, part, out, part);
    if (whole < count) one(query, base + whole * dimensions, count - whole, out + whole * NUMBER_BYTES, 0);
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

/**
 * Several walks side by side, each over its own part of the vectors, `step` of them behind the one before: memory is read
 * in as many places at once, and is waited for less. Eight dimensions at a time: bytes read as shorts, multiplied and
 * added in pairs, into one sum a walk.
 */
function products(name: string, dimensions: number, together: number): WasmFunction {
  const walks = Array.from({ length: together }, (_, i) => ({
    base: END + 1 + 2 * i,
    out: END + 2 + 2 * i,
    sum: END + 1 + 2 * together + i,
  }));
  const query = END + 1 + 3 * together;
  const times = (local: number, factor: number): Code => [...localGet(local), ...i32Const(factor), ...i32Mul];
  const starts = walks.flatMap(
    ({ base, out }, i): Code => [
      ...[...localGet(BASE), ...times(STEP, i * dimensions), ...i32Add, ...localSet(base)],
      ...[...localGet(OUT), ...times(STEP, i * NUMBER_BYTES), ...i32Add, ...localSet(out)],
    ],
  );
  const step: Code = [];
  for (let d = 0; d < dimensions; d += VECTOR_BYTES / 2) {
    step.push(...localGet(QUERY), ...v128Load(2 * d), ...localSet(query));
    for (const { base, sum } of walks)
      step.push(
        ...[...localGet(sum), ...localGet(base), ...v128LoadBytesAsShorts(d), ...localGet(query)],
        ...[...i32x4Dot, ...i32x4Add, ...localSet(sum)],
      );
  }
  const body = [
    ...starts,
    ...[...localGet(BASE), ...times(COUNT, dimensions), ...i32Add, ...localSet(END)],
    ...loopWhile([
      ...walks.flatMap(({ sum }) => zero(sum)),
      ...step,
      ...walks.flatMap(({ base, out, sum }) => [
        ...[...localGet(out), ...lanesOf(sum), ...i32Store(0)],
        ...forward(out, NUMBER_BYTES),
        ...forward(base, dimensions),
      ]),
      ...[...localGet(walks[0].base), ...localGet(END), ...i32LtU],
    ]),
  ];
  return { name, parameters: 5, numbers: 1 + 2 * together, vectors: together + 1, body };
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

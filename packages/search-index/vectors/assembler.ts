/**
 * Writes the bytes of small WebAssembly modules: functions of whole numbers over one imported memory, loops, and the few
 * SIMD instructions that a scan needs. Opcodes are those of the core specification 2.0, §5.4.
 */
export type Code = number[];

const I32 = 0x7f;
const V128 = 0x7b;

export const localGet = (local: number): Code => [0x20, ...unsigned(local)];
export const localSet = (local: number): Code => [0x21, ...unsigned(local)];
export const i32Const = (value: number): Code => [0x41, ...signed(value)];
export const i32Add: Code = [0x6a];
export const i32Mul: Code = [0x6c];
export const i32LtU: Code = [0x49];
export const i32Load: Code = [0x28, 2, 0];
export const i32Store = (offset: number): Code => [0x36, 2, ...unsigned(offset)];
/** Runs the body at least once, and again while it leaves a true value. */
export const loopWhile = (body: Code): Code => [0x03, 0x40, ...body, 0x0d, 0, 0x0b];

const simd = (opcode: number): Code => [0xfd, ...unsigned(opcode)];
export const v128Load = (offset: number): Code => [...simd(0), 0, ...unsigned(offset)];
/** Eight bytes with their signs, each widened to a short. */
export const v128LoadBytesAsShorts = (offset: number): Code => [...simd(1), 0, ...unsigned(offset)];
export const v128Zero: Code = [...simd(12), ...Array<number>(16).fill(0)];
export const i32x4Add = simd(174);
export const i32x4Dot = simd(186);
export const i32x4Lane = (lane: number): Code => [...simd(27), lane];

export interface WasmFunction {
  name: string;
  /** All of them whole numbers; they are the first locals. */
  parameters: number;
  /** Locals behind the parameters: whole numbers, then vectors. */
  numbers: number;
  vectors: number;
  body: Code;
}

/** A module that imports `env.memory` and exports the functions, which return nothing. */
export function assemble(
  functions: readonly WasmFunction[],
  { isShared, maxPages }: { isShared: boolean; maxPages: number },
): Uint8Array<ArrayBuffer> {
  const limits = [isShared ? 0x03 : 0x01, ...unsigned(0), ...unsigned(maxPages)];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, list(functions.map((f) => [0x60, ...list(Array<Code>(f.parameters).fill([I32])), 0]))),
    ...section(2, list([[...text('env'), ...text('memory'), 0x02, ...limits]])),
    ...section(3, list(functions.map((_, i) => unsigned(i)))),
    ...section(7, list(functions.map((f, i) => [...text(f.name), 0x00, ...unsigned(i)]))),
    ...section(10, list(functions.map(functionBody))),
  ]);
}

function functionBody({ numbers, vectors, body }: WasmFunction): Code {
  const code = [
    ...list([
      [...unsigned(numbers), I32],
      [...unsigned(vectors), V128],
    ]),
    ...body,
    0x0b,
  ];
  return [...unsigned(code.length), ...code];
}

function section(id: number, content: Code): Code {
  return [id, ...unsigned(content.length), ...content];
}

function list(items: readonly Code[]): Code {
  return [...unsigned(items.length), ...items.flat()];
}

function text(name: string): Code {
  const bytes = new TextEncoder().encode(name);
  return [...unsigned(bytes.length), ...bytes];
}

/** LEB128, §5.2.2. */
function unsigned(value: number): Code {
  const bytes: Code = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest & 127) | 128);
    rest >>>= 7;
  }
  bytes.push(rest);
  return bytes;
}

function signed(value: number): Code {
  const bytes: Code = [];
  for (let rest = value; ; rest >>= 7) {
    const byte = rest & 127;
    const isLast = (rest >> 7 === 0 && (byte & 64) === 0) || (rest >> 7 === -1 && (byte & 64) !== 0);
    bytes.push(isLast ? byte : byte | 128);
    if (isLast) return bytes;
  }
}

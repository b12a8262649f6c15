/**
 * A seeded stream of random numbers: the same seed gives the same numbers in Node and in every browser.
 * xoshiro128**, Blackman & Vigna 2018 (arXiv 1805.01407), state filled by SplitMix32.
 */
export interface Rng {
  /** The next 32 bits, 0 … 2³² − 1. */
  bits(): number;
  /** Uniform in [low, high), 53 bits of resolution. */
  uniform(low?: number, high?: number): number;
  /** Normal with the given mean and standard deviation (Box–Muller; both values of a pair are used). */
  normal(mean?: number, standardDeviation?: number): number;
  /** A whole number in [low, high), each equally likely. */
  integer(low: number, high: number): number;
  /** `count` whole numbers in [low, high). */
  integers(count: number, low: number, high: number): Int32Array;
  /** `count` uniform numbers in [low, high). */
  uniforms(count: number, low?: number, high?: number): Float64Array;
  /** `count` normal numbers. */
  normals(count: number, mean?: number, standardDeviation?: number): Float64Array;
  /** Shuffles in place (Fisher–Yates) and returns the same array. */
  shuffle<T>(values: T[]): T[];
  /** The numbers 0 … count − 1 in random order. */
  permutation(count: number): Int32Array;
  /** One of the values. */
  choice<T>(values: readonly T[]): T;
  /**
   * A stream of its own, named: it depends on this stream's seed and the labels, never on how many numbers
   * were drawn so far, so that adding a draw in one place changes nothing in another.
   */
  split(...labels: (string | number)[]): Rng;
}

/** Opens the stream of a seed (a whole number or a name). */
export function createRng(seed: number | string): Rng {
  return fromHash(hashLabels(0x9e3779b9, [seed]));
}

function fromHash(seedHash: number): Rng {
  const state = new Uint32Array(4);
  let filler = seedHash;
  for (let i = 0; i < 4; i++) {
    filler = (filler + 0x9e3779b9) | 0;
    state[i] = mix32(filler);
  }
  let spare: number | null = null;

  const bits = (): number => {
    const result = Math.imul(rotateLeft(Math.imul(state[1], 5), 7), 9) >>> 0;
    const t = state[1] << 9;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= t;
    state[3] = rotateLeft(state[3], 11);
    return result;
  };
  const unit = (): number => ((bits() >>> 5) * 67108864 + (bits() >>> 6)) / 9007199254740992;
  const uniform = (low = 0, high = 1): number => low + (high - low) * unit();
  const standardNormal = (): number => {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - unit())); // 1 − u is never 0
    const angle = 2 * Math.PI * unit();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  const integer = (low: number, high: number): number => {
    const span = high - low;
    if (!Number.isInteger(low) || !Number.isInteger(high) || span <= 0 || span > 2 ** 32)
      throw new RangeError(`Rng.integer: [${low}, ${high}) is not a range of whole numbers; give low < high.`);
    const limit = 2 ** 32 - (2 ** 32 % span); // values above it would favour the small remainders
    let value = bits();
    while (value >= limit) value = bits();
    return low + (value % span);
  };
  const shuffle = <T>(values: T[]): T[] => {
    for (let i = values.length - 1; i > 0; i--) {
      const j = integer(0, i + 1);
      const kept = values[i];
      values[i] = values[j];
      values[j] = kept;
    }
    return values;
  };

  return {
    bits,
    uniform,
    normal: (mean = 0, standardDeviation = 1) => mean + standardDeviation * standardNormal(),
    integer,
    integers: (count, low, high) => Int32Array.from({ length: count }, () => integer(low, high)),
    uniforms: (count, low, high) => Float64Array.from({ length: count }, () => uniform(low, high)),
    normals: (count, mean = 0, standardDeviation = 1) =>
      Float64Array.from({ length: count }, () => mean + standardDeviation * standardNormal()),
    shuffle,
    permutation: (count) => Int32Array.from(shuffle(Array.from({ length: count }, (_, i) => i))),
    choice: (values) => {
      if (values.length === 0) throw new RangeError('Rng.choice: the list is empty.');
      return values[integer(0, values.length)];
    },
    split: (...labels) => fromHash(hashLabels(seedHash, labels)),
  };
}

/** Folds labels into a 32-bit seed; numbers and texts that look alike stay apart (1 is not '1'). */
function hashLabels(start: number, labels: (string | number)[]): number {
  let hash = start | 0;
  for (const label of labels) {
    const text = `${typeof label === 'number' ? 'n' : 's'}${label}\u0000`;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193); // FNV-1a
    hash = mix32(hash);
  }
  return hash;
}

/** The finaliser of SplitMix32: every input bit reaches every output bit. */
function mix32(value: number): number {
  let z = value | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return z ^ (z >>> 15);
}

function rotateLeft(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}

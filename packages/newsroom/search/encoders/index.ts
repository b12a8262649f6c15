import { houseEncoder } from './house.ts';
import { remoteEncoder } from './remote.ts';
import { transformersEncoder } from './transformers.ts';

/** Something that turns texts into directions; which one is one setting (BROADSHEET_ENCODER). */
export interface SearchEncoder {
  /** Vectors of one encoder mean nothing to another; they are kept under this name. */
  readonly id: string;
  readonly dimensions: number;
  /** @returns unit vectors, one a text */
  encode(texts: readonly string[]): Promise<Float32Array[]>;
}

/** As the setting says it, with the key that a remote one may want. */
export interface EncoderSetting {
  /** 'house', 'off', 'openai:URL#MODEL' or 'transformers:MODEL'. */
  name: string;
  key?: string;
}

/**
 * Opens an encoder.
 * @returns undefined where none is wanted
 * @throws when it cannot be had; the message says what to do
 */
export async function openEncoder({ name, key }: EncoderSetting): Promise<SearchEncoder | undefined> {
  const [kind, rest] = [name.split(':', 1)[0], name.slice(name.indexOf(':') + 1)];
  if (kind === 'off') return undefined;
  if (kind === 'house') return houseEncoder();
  if (kind === 'openai') return remoteEncoder(rest, key);
  if (kind === 'transformers') return transformersEncoder(rest);
  throw new Error(`BROADSHEET_ENCODER is "${name}"; expected house, off, openai:URL#MODEL or transformers:MODEL.`);
}

/** A vector of length one, with zeros behind it up to a multiple of 128; whatever came, it has no holes. */
export function asUnit(vector: ArrayLike<number>): Float32Array {
  const unit = new Float32Array(Math.ceil(vector.length / 128) * 128);
  let square = 0;
  for (let d = 0; d < vector.length; d++) square += vector[d] * vector[d];
  const scale = square > 0 && Number.isFinite(square) ? 1 / Math.sqrt(square) : 0;
  for (let d = 0; d < vector.length; d++) unit[d] = scale === 0 ? 0 : vector[d] * scale;
  return unit;
}

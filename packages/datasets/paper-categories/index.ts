import { readSafetensors, writeSafetensors } from '@broadsheet/engine/safetensors';
import type { Pool } from '../pooled-classes/index.ts';

/** Under this name a host holds the bytes of `vectors.safetensors`, which lies beside this file. */
export const PAPER_CATEGORIES = 'paper-categories';

/**
 * Papers of thirty-two arXiv categories as unit vectors: the house encoder's, on their widest directions. Three views of
 * each paper: the whole text, title with the first half of the abstract, and the second half. A paper's class is the
 * rarest of its categories.
 */
export interface PaperCategories extends Pool {
  readonly data: Float32Array;
  readonly labels: Int32Array;
  /** 'cs.RO' for label 0, and so on. */
  readonly names: readonly string[];
}

const FORMAT = 'broadsheet-paper-categories-1';

/** @param data of any length each, as they are brought to length one when read */
export function writePaperCategories({
  data,
  labels,
  names,
  width,
  views,
}: Omit<PaperCategories, 'data'> & { readonly data: Int8Array }): Uint8Array {
  return writeSafetensors(
    {
      vectors: { data, shape: [labels.length, views, width] },
      labels: { data: labels, shape: [labels.length] },
    },
    { format: FORMAT, names: names.join(' ') },
  );
}

/** @throws {RangeError} when the bytes are cut off or something else */
export function readPaperCategories(bytes: Uint8Array): PaperCategories {
  const { tensors, metadata } = readSafetensors(bytes);
  const { vectors, labels } = tensors;
  if (metadata.format !== FORMAT || !(vectors?.data instanceof Int8Array) || !(labels?.data instanceof Int32Array))
    throw new RangeError(`the file is of the form "${metadata.format}"; papers by category are "${FORMAT}".`);
  const [, views, width] = vectors.shape;
  const data = Float32Array.from(vectors.data);
  for (let from = 0; from < data.length; from += width) {
    const row = data.subarray(from, from + width);
    const length = Math.hypot(...row) || 1;
    for (let k = 0; k < width; k++) row[k] /= length;
  }
  return { data, labels: labels.data, names: metadata.names.split(' '), width, views };
}

import { readSafetensors, writeSafetensors } from '@broadsheet/engine/safetensors';
import { StaticEncoder, type StaticWeights } from './encoder.ts';
import { Tokenizer } from './tokenizer.ts';

const FORMAT = 'broadsheet-static-1';

/** An encoder as one safetensors file: weights, steps, and the vocabulary as bytes, one piece a line. */
export function writeEncoder(
  tokenizer: Tokenizer,
  weights: StaticWeights,
  card: Record<string, string> = {},
): Uint8Array {
  const pieces = tokenizer.pieces.length;
  const vocabulary = new TextEncoder().encode(tokenizer.pieces.join('\n'));
  return writeSafetensors(
    {
      rows: { data: weights.rows, shape: [pieces, weights.dimensions] },
      steps: { data: weights.steps, shape: [pieces] },
      vocabulary: { data: vocabulary, shape: [vocabulary.length] },
    },
    { ...card, format: FORMAT, letters: String(tokenizer.letters) },
  );
}

/**
 * Opens an encoder's file.
 * @throws {RangeError} when it is cut off or none of ours
 */
export function readEncoder(bytes: Uint8Array): { encoder: StaticEncoder; card: Record<string, string> } {
  const { tensors, metadata } = readSafetensors(bytes);
  const { rows, steps, vocabulary } = tensors;
  if (metadata.format !== FORMAT || !rows || !steps || !vocabulary)
    throw new RangeError(`the file is of the form "${metadata.format}"; an encoder's is "${FORMAT}".`);
  const { data } = rows;
  if (!(data instanceof Int8Array) || !(steps.data instanceof Float32Array) || !(vocabulary.data instanceof Uint8Array))
    throw new RangeError('the file holds an encoder in other number types than int8, float32 and bytes.');
  const pieces = new TextDecoder('utf-8', { fatal: true }).decode(vocabulary.data).split('\n');
  const tokenizer = new Tokenizer(pieces, Number(metadata.letters));
  return {
    encoder: new StaticEncoder(tokenizer, { dimensions: rows.shape[1], rows: data, steps: steps.data }),
    card: metadata,
  };
}

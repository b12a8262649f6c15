import type { Rng } from '@broadsheet/engine/stats';
import type { PaperPieces } from './pairs.ts';

/** Random directions, each as long as its piece is telling: inverse document frequency is a good first guess. */
export function firstTable(texts: readonly PaperPieces[], pieces: number, dimensions: number, rng: Rng): Float32Array {
  const df = new Uint32Array(pieces);
  for (const { title, sentences } of texts)
    for (const piece of new Set([...title, ...sentences.flat()])) df[piece] += 1;
  const table = new Float32Array(pieces * dimensions);
  for (let piece = 0; piece < pieces; piece++) {
    const length = Math.log(1 + texts.length / (df[piece] + 1)) / Math.sqrt(dimensions) / 4;
    for (let d = 0; d < dimensions; d++) table[piece * dimensions + d] = rng.normal() * length;
  }
  return table;
}

/** One step of Adagrad on one row, whose gradient is used up. */
export function stepRow(
  from: number,
  dimensions: number,
  {
    table,
    history,
    gradient,
    rate,
  }: { table: Float32Array; history: Float32Array; gradient: Float32Array; rate: number },
): void {
  for (let i = from; i < from + dimensions; i++) {
    const g = gradient[i];
    history[i] += g * g;
    table[i] -= (rate * g) / Math.sqrt(history[i]);
    gradient[i] = 0;
  }
}

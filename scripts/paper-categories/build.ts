/**
 * Rebuilds packages/datasets/paper-categories/vectors.safetensors from a collection of papers: up to so many of each of
 * the largest arXiv categories, three views each, on the widest directions of the house encoder's vectors. No text is
 * kept. Same input, same bytes.
 *
 *   BROADSHEET_CORPUS=… node scripts/paper-categories/build.ts
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writePaperCategories } from '@broadsheet/datasets/paper-categories';
import { matmul, matrix, symmetricEigen, transpose } from '@broadsheet/engine/linalg';
import { createRng } from '@broadsheet/engine/stats';
import { readCategories, VIEWS } from '../../benchmarks/topics/categories.ts';

const LEAST = 64;
const MOST = 130; // the sizes that an experiment asks for by default come to 130 at most
const DIRECTIONS = 64;
const TARGET = join(import.meta.dirname, '../../packages/datasets/paper-categories/vectors.safetensors');

const { categories, width } = await readCategories(LEAST);
const rng = createRng('paper categories');
const chosen = categories.flatMap(({ name, count, data }, label) =>
  [...rng.split(name).permutation(count)].slice(0, MOST).map((paper) => ({
    label,
    views: data.subarray(paper * VIEWS * width, (paper + 1) * VIEWS * width),
  })),
);
const mean = new Float64Array(width);
for (const { views } of chosen) for (let k = 0; k < width; k++) mean[k] += views[k] / chosen.length;
const directions = widestDirections();
const data = new Int8Array(chosen.length * VIEWS * DIRECTIONS);
for (const [i, { views }] of chosen.entries())
  for (let view = 0; view < VIEWS; view++)
    data.set(onDirections(views.subarray(view * width, (view + 1) * width)), (i * VIEWS + view) * DIRECTIONS);
const bytes = writePaperCategories({
  data,
  labels: Int32Array.from(chosen, ({ label }) => label),
  names: categories.map(({ name }) => name),
  width: DIRECTIONS,
  views: VIEWS,
});
writeFileSync(TARGET, bytes);
console.log(`${chosen.length} papers of ${categories.length} categories, ${bytes.length} bytes`);

function widestDirections() {
  const whole = matrix(chosen.length, width);
  for (const [i, { views }] of chosen.entries())
    for (let k = 0; k < width; k++) whole.data[i * width + k] = views[k] - mean[k];
  return symmetricEigen(matmul(transpose(whole), whole)).vectors;
}

/** As int8 of full range; readers bring each vector to length one. */
function onDirections(vector: Float32Array): Int8Array {
  const along = Float64Array.from({ length: DIRECTIONS }, (_, d) => {
    let sum = 0;
    for (let k = 0; k < width; k++) sum += (vector[k] - mean[k]) * directions.data[k * width + d];
    return sum;
  });
  const most = Math.max(...along.map(Math.abs)) || 1;
  return Int8Array.from(along, (value) => Math.round((127 * value) / most));
}

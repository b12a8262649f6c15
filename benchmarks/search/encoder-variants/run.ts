/**
 * What a layer above the static vectors, or a teacher, is worth: variants of the house encoder, trained alike on a third of
 * the papers for half the epochs, asked validation questions only.
 *
 *   node --max-old-space-size=6000 benchmarks/search/encoder-variants/run.ts [NAME …]
 *     [--every 3] [--epochs 6] [--seeds 0,1] [--teacher FILE]
 *
 * Five minutes of one core a variant with two seeds. FILE is what teacher.ts has written; without it distillation is left out.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readEncoder } from '../../../packages/encoder/index.ts';
import { piecesOf } from '../../../packages/encoder/pairs.ts';
import { loadNativeRuntime } from '../../../packages/engine/node/runtimes.ts';
import { neighboursOf } from '../../../packages/newsroom/search/neighbours.ts';
import { loadCorpus, splitByTime } from '../corpus.ts';
import { gainOver, mean } from '../measures.ts';
import { readTeacher, TAUGHT_EVERY } from './distillation.ts';
import { DIMENSIONS, trainVariant, type Variant } from './train-variant.ts';
import { makeValidation } from './validation.ts';

const VARIANTS: Record<string, Variant> = {
  'static vectors': {},
  attention: { attention: 32, rate: 0.03, warmUp: 0.17 },
  'attention, c alone': { attention: 0, rate: 0.03 },
  'attention, rate .01': { attention: 32, rate: 0.01 },
  'attention, rate .1': { attention: 32, rate: 0.1 },
  'product with neighbouring pieces': { neighbourhood: true, rate: 0.03 },
  'distillation, weight .3': { distillation: 0.3 },
  'network of 64 above the sum': { residual: 64, rate: 0.01 },
  'distillation, weight 1': { distillation: 1 },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    every: { type: 'string', default: '3' },
    epochs: { type: 'string', default: '6' },
    seeds: { type: 'string', default: '0,1' },
    teacher: { type: 'string' },
  },
});
const unknown = positionals.find((name) => !VARIANTS[name]);
if (unknown) throw new Error(`there is no variant "${unknown}"; there are: ${Object.keys(VARIANTS).join('; ')}.`);
const missing = loadNativeRuntime();
if (missing) throw new Error(missing);
const every = Number(values.every);
const seeds = values.seeds.split(',').map(Number);
const teacher = values.teacher ? readTeacher(values.teacher, (taught) => (taught * TAUGHT_EVERY) / every) : undefined;
const chosen = Object.entries(VARIANTS).filter(([name, { distillation }]) =>
  positionals.length > 0 ? positionals.includes(name) : teacher || !distillation,
);

const papers = await loadCorpus();
const train = splitByTime(papers).train.filter((_, i) => i % every === 0);
// The pieces are those that ship, learned from the same four fifths.
const { tokenizer } = readEncoder(readFileSync('packages/encoder/house-encoder.safetensors')).encoder;
const texts = train.map((paper) => piecesOf(paper, tokenizer));
const neighbours = neighboursOf(train);
const validation = makeValidation(papers);
const columns = [...validation.names, 'mean, MRR@10', 'first author, MAP', 'hybrid over words', 'loss'];
console.log(`${train.length} papers, ${values.epochs} epochs; seeds ${seeds.join(', ')}\n`);
console.log(
  `| vectors alone | seed | ${columns.join(' | ')} | seconds |\n|---|---|${columns.map(() => '---|').join('')}---|`,
);
let base: number[] | undefined;
for (const [name, variant] of chosen) {
  const known: number[][] = [];
  for (const seed of seeds) {
    const began = performance.now();
    const options = { pieces: tokenizer.pieces.length, neighbours, seed, epochs: Number(values.epochs), teacher };
    const { encode, loss } = await trainVariant(texts, variant, options);
    const seconds = Math.round((performance.now() - began) / 1000);
    const worth = validation.worthOf(DIMENSIONS, (text) => encode(tokenizer.encode(text)));
    known.push(worth.known);
    const figures = [...worth.byTask, worth.mrr, worth.firstAuthor, worth.gain, loss];
    console.log(`| ${name} | ${seed} | ${figures.map((f) => f.toFixed(3)).join(' | ')} | ${seconds} |`);
  }
  const ofSeeds = known[0].map((_, i) => mean(known.map((scores) => scores[i])));
  if (base) console.log(`| over the first | all | ${gainOver(ofSeeds, base)} |`);
  base ??= ofSeeds;
}

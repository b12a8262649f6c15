/**
 * USE-lite's vectors of the titles and first sentences of every third paper that the encoder learns from; takes up where
 * it was stopped. A quarter of an hour of one core.
 *
 *   node benchmarks/search/encoder-variants/teacher.ts FILE
 */
import { appendFileSync, existsSync, statSync } from 'node:fs';
import { loadCorpus, splitByTime } from '../corpus.ts';
import { useLite } from '../peer-encoders.ts';
import { TAUGHT_EVERY, USE_DIMENSIONS } from './distillation.ts';

const AT_ONCE = 32;
/** A first sentence that is none: an abstract without full stops. */
const MAX_SENTENCE_CHARS = 300;

const [file] = process.argv.slice(2);
if (!file) throw new Error('teacher.ts FILE: where should the vectors go?');
const { train } = splitByTime(await loadCorpus());
const texts = train
  .filter((_, i) => i % TAUGHT_EVERY === 0)
  .flatMap(({ title, abstract }) => [title, abstract.split(/(?<=[.!?])\s+/)[0].slice(0, MAX_SENTENCE_CHARS)]);
const { encode } = await useLite();
const done = existsSync(file) ? statSync(file).size / (USE_DIMENSIONS * 4) : 0;
for (let at = done; at < texts.length; at += AT_ONCE) {
  for (const vector of await encode(texts.slice(at, at + AT_ONCE))) appendFileSync(file, new Uint8Array(vector.buffer));
  if (at % (AT_ONCE * 50) === 0) console.log(`${at} of ${texts.length}`);
}

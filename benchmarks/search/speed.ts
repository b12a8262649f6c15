/**
 * Search beside LanceDB, SQLite's FTS5, MiniSearch and PostgreSQL, question by question in turn: words, words counted by
 * kinds, and with vectors, the encoding of the question included. Each engine has a process of its own, as on a site;
 * with `--together` all are in one, where each question finds the processor's caches full of what the others left and
 * waits for the garbage of all.
 *
 *   node benchmarks/search/speed.ts [--together] [ours fts5 minisearch lancedb postgres]
 *
 * Each engine has titles (twice the weight where it can weigh) and abstracts, and is asked for three keywords of a paper.
 */
import { loadCorpus } from './corpus.ts';
import { startEngine } from './engine-process.ts';
import { ENGINES } from './engines/index.ts';
import { type Built, type Measured, type MeasuredEngine, measured } from './measured-engine.ts';
import { mean } from './measures.ts';
import { keywordQuestions } from './questions.ts';

const QUESTIONS = 200;
/** As many others are asked before, of each engine; slow ones fewer. */
const WARM_UP_MS = 4_000;

const isTogether = process.argv.includes('--together');
const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const names = Object.keys(ENGINES).filter(
  (name) => wanted.length === 0 || wanted.some((word) => name.toLowerCase().includes(word.toLowerCase())),
);
const papers = await loadCorpus();
const { asked, before } = keywordQuestions(papers, { asked: QUESTIONS, before: QUESTIONS });

const engines = new Map<string, MeasuredEngine & { end?(): void }>();
const built = new Map<string, Built>();
for (const name of names) {
  const engine = isTogether ? await measured(name, async () => papers) : startEngine(name);
  built.set(name, await engine.build());
  engines.set(name, engine);
}
const texts = before.map(({ text }) => text);
for (const engine of engines.values()) await engine.warmUp(texts, WARM_UP_MS);
const answers = new Map<string, Measured[]>(names.map((name) => [name, []]));
for (const { text } of asked) for (const [name, engine] of engines) answers.get(name)?.push(await engine.ask(text));
for (const engine of engines.values()) engine.end?.();

console.log(
  `${papers.length} papers, ${asked.length} questions of three keywords, ${isTogether ? 'all in one process' : 'each in a process of its own'}\n`,
);
console.log('| engine | p50 ms | p95 ms | processor p50 / p95 ms | MRR@10 | build s | papers/s | MiB |');
console.log('|---|---|---|---|---|---|---|---|');
for (const [name, of] of answers) {
  const { seconds, bytes } = built.get(name) as Built;
  const [times, worked] = [of.map((a) => a.ms), of.map((a) => a.processorMs)];
  const mrr = mean(of.map(({ found }, i) => (found.includes(asked[i].id) ? 1 / (found.indexOf(asked[i].id) + 1) : 0)));
  const cells = [
    name,
    at(times, 0.5),
    at(times, 0.95),
    name.startsWith('PostgreSQL') ? '–' : `${at(worked, 0.5)} / ${at(worked, 0.95)}`,
    mrr.toFixed(3),
    seconds.toFixed(1),
    Math.round(papers.length / seconds).toLocaleString('en'),
    bytes === 0 ? '–' : (bytes / 2 ** 20).toFixed(0),
  ];
  console.log(`| ${cells.join(' | ')} |`);
}
process.exit(0);

function at(values: readonly number[], share: number): string {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * share)].toFixed(2);
}

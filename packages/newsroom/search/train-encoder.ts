import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { type TrainingPaper, trainStatic, trainTokenizer, writeEncoder } from '@broadsheet/encoder';
import type { Host } from '../host/index.ts';
import { nodeExecutor } from '../lab/node-executor.ts';
import { plainText } from '../papers/index.ts';
import { neighboursOf } from './neighbours.ts';

export interface TrainEncoderOptions {
  /** Exports of sites, one paper a line as JSON, also gzipped; without any, the papers of this site. */
  files: string[];
  epochs: number;
  seed: number;
  onProgress(message: string): void;
  signal?: AbortSignal;
}

/** 6.1 MB of weights; figures in docs/benchmarks.md. */
const PIECES = 24_000;
/** Fewer cannot fill a batch that teaches something. */
const FEWEST_PAPERS = 64;

/** Trains the house encoder's form on titles and abstracts. The same papers, seed and executor give the same file. */
export async function trainEncoder(host: Host, { files, epochs, seed, onProgress, signal }: TrainEncoderOptions) {
  const papers = files.length > 0 ? await fromFiles(files) : await fromStore(host);
  if (papers.length < FEWEST_PAPERS)
    throw new Error(`there are ${papers.length} papers with an abstract; training needs at least ${FEWEST_PAPERS}.`);
  const { executor, description, threads } = await nodeExecutor();
  onProgress(`${papers.length} papers, on ${description}`);
  const tokenizer = trainTokenizer(
    papers.map((p) => `${p.title} ${p.abstract}`),
    { size: PIECES },
  );
  onProgress(`${tokenizer.pieces.length} pieces`);
  const neighbours = neighboursOf(papers, { signal });
  onProgress('neighbours by words are known');
  const onEpoch = (epoch: number, loss: number) =>
    onProgress(`epoch ${epoch + 1} of ${epochs}: loss ${loss.toFixed(4)}`);
  const weights = await trainStatic(papers, tokenizer, {
    executor,
    threads,
    epochs,
    seed,
    neighbours,
    onEpoch,
    signal,
  });
  const card = {
    papers: String(papers.length),
    epochs: String(epochs),
    seed: String(seed),
    executor,
    batches: 'neighbours by words',
  };
  return { bytes: writeEncoder(tokenizer, weights, card), papers: papers.length };
}

async function fromStore(host: Host): Promise<TrainingPaper[]> {
  const rows = await host.database.db
    .selectFrom('paper')
    .select(['title', 'abstract'])
    .where('abstract', 'is not', null)
    .orderBy('id')
    .execute();
  return rows.map((row) => ({ title: plainText(row.title), abstract: plainText(row.abstract ?? '') }));
}

async function fromFiles(files: string[]): Promise<TrainingPaper[]> {
  const papers = new Map<string, TrainingPaper>();
  for (const file of files) {
    const bytes = createReadStream(file);
    const input = file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes;
    for await (const line of createInterface({ input })) {
      const paper = paperOf(line);
      if (paper) papers.set(paper.title, paper);
    }
  }
  return [...papers.values()];
}

/** What a line says of a paper, whatever else it says; lines of other kinds are passed over. */
function paperOf(line: string): TrainingPaper | undefined {
  try {
    const { title, abstract } = JSON.parse(line) as Record<string, unknown>;
    return typeof title === 'string' && typeof abstract === 'string'
      ? { title: plainText(title), abstract: plainText(abstract) }
      : undefined;
  } catch {
    return undefined;
  }
}

import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';

export interface CorpusPaper {
  id: string;
  title: string;
  abstract: string;
  authors: string[];
  categories?: string[];
  keywords?: string[];
  day?: string;
}

/** All papers of the corpus, the oldest first by their arXiv ids. */
export async function loadCorpus(): Promise<CorpusPaper[]> {
  const folder = process.env.BROADSHEET_CORPUS;
  if (!folder)
    throw new Error(
      'BROADSHEET_CORPUS is not set; it names the folder with featured.ndjson.gz and firehose.ndjson.gz.',
    );
  const papers = new Map<string, CorpusPaper>();
  for (const name of ['firehose', 'featured']) {
    const input = createReadStream(join(folder, `${name}.ndjson.gz`)).pipe(createGunzip());
    for await (const line of createInterface({ input })) {
      const paper = JSON.parse(line) as CorpusPaper;
      papers.set(paper.id, { ...papers.get(paper.id), ...paper });
    }
  }
  return [...papers.values()].filter((p) => p.title && p.abstract).sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Papers by time: the encoder learns from the first four fifths, gates and weights from the next tenth, figures are of the last. */
export function splitByTime<T>(papers: readonly T[]): { train: T[]; validation: T[]; test: T[] } {
  const [a, b] = [Math.floor(papers.length * 0.8), Math.floor(papers.length * 0.9)];
  return { train: papers.slice(0, a), validation: papers.slice(a, b), test: papers.slice(b) };
}

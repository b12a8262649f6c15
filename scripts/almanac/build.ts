/**
 * Rebuilds data/almanac.ndjson.gz from a collection of papers (BROADSHEET_CORPUS: a folder with featured.ndjson.gz and
 * firehose.ndjson.gz). Bibliographic facts only: no abstracts, nobody's name but the authors'. Same input, same bytes.
 *
 *   BROADSHEET_CORPUS=… node scripts/almanac/build.ts
 */
import { createReadStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip, gzipSync } from 'node:zlib';

interface CorpusLine {
  id: string;
  day: string;
  title: string;
  authors: string[];
  published?: string;
  categories?: string[];
  keywords?: string[];
  upvotes?: number;
  comments?: number;
  github?: string;
  stars?: number;
  project?: string;
  organization?: string;
}

const corpus = process.env.BROADSHEET_CORPUS;
if (!corpus) {
  process.stderr.write(
    'BROADSHEET_CORPUS is not set; it names the folder with featured.ndjson.gz and firehose.ndjson.gz.\n',
  );
  process.exit(2);
}

const categories = new Map<string, string[]>();
for await (const paper of lines(join(corpus, 'firehose.ndjson.gz'))) {
  if (paper.categories) categories.set(paper.id, paper.categories);
}
const facts: string[] = [];
for await (const paper of lines(join(corpus, 'featured.ndjson.gz'))) {
  facts.push(
    JSON.stringify({
      id: paper.id,
      day: paper.day,
      title: paper.title,
      authors: paper.authors,
      published: paper.published,
      categories: categories.get(paper.id),
      keywords: paper.keywords,
      upvotes: paper.upvotes,
      comments: paper.comments,
      github: paper.github,
      stars: paper.stars,
      project: paper.project,
      organization: paper.organization,
    }),
  );
}
const target = new URL('../../data/almanac.ndjson.gz', import.meta.url);
// gzip's header would hold the time of writing; zlib leaves it zero, so the bytes depend on the facts alone.
writeFileSync(target, gzipSync(`${facts.join('\n')}\n`, { level: 9 }));
process.stdout.write(`${facts.length} papers written to data/almanac.ndjson.gz\n`);

async function* lines(path: string): AsyncIterable<CorpusLine> {
  const input = createReadStream(path).pipe(createGunzip());
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim()) yield JSON.parse(line) as CorpusLine;
  }
}

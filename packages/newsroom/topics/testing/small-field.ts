import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { insertMany } from '@broadsheet/database';
import { createRng, type Rng } from '@broadsheet/engine/stats';
import {
  centred,
  centreOf,
  countTerms,
  EMPTY_BACKGROUND,
  firstStage,
  nameTopic,
  withCounts,
} from '@broadsheet/methods/topics';
import type { Host } from '../../host/index.ts';
import { houseEncoder } from '../../search/encoders/house.ts';
import { type ComputedTopics, toDirection, writeComputed } from '../computed-file.ts';
import { loadComputedTopics } from '../load-computed.ts';
import { assignPapers } from '../stage-work.ts';
import { toBase64 } from '../vectors.ts';

/** Words of four fields that a small site knows, and of two that are news to it. */
export const FIELDS = {
  splatting: 'gaussian splatting radiance rendering scene camera novel-view mesh geometry texture lighting surface',
  speech: 'speech acoustic speaker phoneme prosody vocoder transcription whisper waveform microphone voice hearing',
  robots:
    'robot gripper manipulation grasping dexterous joint torque demonstration teleoperation locomotion arm legged',
  law: 'legal court contract statute judge litigation clause lawyer jurisdiction verdict evidence compliance',
  proteins: 'protein folding molecule binding enzyme peptide residue docking ligand amino antibody sequence',
  weather: 'rainfall cyclone forecast precipitation humidity monsoon hurricane drought storm climate temperature wind',
} as const;
export type Field = keyof typeof FIELDS;
export const KNOWN: Field[] = ['splatting', 'speech', 'robots', 'law'];

/** A title and an abstract of a field's words, in an order of its own. */
export function paperOn(field: Field, rng: Rng): { title: string; abstract: string } {
  const words = FIELDS[field].split(' ');
  const some = (count: number) => Array.from({ length: count }, () => rng.choice(words)).join(' ');
  return { title: some(3), abstract: `${some(8)}. ${some(8)}. ${some(8)}.` };
}

/** Gives a small site the topics of the four fields, by the way that shipped ones take. */
export async function loadSmallTopics(host: Host, folder: string): Promise<void> {
  const rng = createRng('small');
  const { encode, id } = await houseEncoder();
  const texts = Array.from({ length: 160 }, (_, i) => paperOn(KNOWN[i % KNOWN.length], rng)).map(
    ({ title, abstract }) => `${title}. ${abstract}`,
  );
  const vectors = await encode(texts);
  const centre = centreOf(vectors);
  const model = firstStage(centred(vectors, centre), centre, rng, { clusters: KNOWN.length });
  const of = new Map(texts.map((text, i) => [text, vectors[i]]));
  const papers = texts.map((text, i) => ({ id: i, text, hasAbstract: true }));
  const heads = Array.from({ length: model.heads.count }, (_, head) => head);
  const found = assignPapers({ model, topicOf: heads, words: [] }, papers, (text) => of.get(text) ?? []);
  const terms = heads.map((head) =>
    countTerms(papers.filter((_, i) => found[i].head === head).map(({ text }) => text)),
  );
  const background = withCounts(EMPTY_BACKGROUND, terms, heads.length);
  const row = (head: number) => model.prototypes.data.subarray(head * centre.length, (head + 1) * centre.length);
  const computed: ComputedTopics = {
    ...{ format: 'broadsheet-topics-1', encoder: id, centre: toBase64(centre), radius: model.radius },
    stages: [
      {
        ...{ id: 1, fromDay: '2025-12-01', toDay: '2025-12-31', papers: 160, candidates: 0, statistic: 0, share: 0 },
        ...{ usualShare: model.quiet[0].share, born: heads.length, verdict: 'first', report: null, inputHash: 'small' },
      },
    ],
    topics: heads.map((head) => ({
      ...{
        id: head + 1,
        stage: 1,
        bornFrom: { papers: terms[head].texts, statistic: 0 },
        threshold: model.thresholds[head],
      },
      ...{ cohesion: model.cohesions[head], prototype: toDirection(row(head)) },
    })),
    names: heads.map((head) => {
      const { name, words } = nameTopic(terms[head], background);
      return { topic: head + 1, version: 1, stage: 1, name, words: [...words], why: 'birth' };
    }),
    counts: heads.map((head) => [head + 1, 1, terms[head].texts]),
    assignments: { papers: '', topics: [], runnersUp: [], probabilities: [], margins: [], words: [], stages: [] },
    quiet: model.quiet,
    background: {
      terms: Object.keys(background.counts).join('\n'),
      counts: Object.values(background.counts),
      ...{ total: background.total, topics: background.topics },
    },
  };
  const file = join(folder, 'topics.json.gz');
  writeFileSync(file, writeComputed(computed));
  await loadComputedTopics(host, file);
}

/** Many papers of fields at once, some on each of the days. */
export async function addPapers(
  host: Host,
  { fields, count, days, seed }: { fields: readonly Field[]; count: number; days: readonly string[]; seed: string },
): Promise<void> {
  const rng = createRng(seed);
  const papers = Array.from({ length: count }, (_, i) => {
    const { title, abstract } = paperOn(fields[i % fields.length], rng);
    return { ...rowOf(), title, abstract, listed_on: days[Math.floor((i * days.length) / count)] };
  });
  await insertMany(host.database, host.database.db, 'paper', papers);
}

let made = 0;

function rowOf() {
  const seq = ++made;
  return {
    ...{ short_id: `small${seq}`, authors_json: '[]', author_count: 0, changed_seq: seq, first_seen_at: 1 },
    ...{ categories_json: '[]', keywords_json: '[]', imported_votes: 0, reader_votes: 0 },
    ...{ imported_comments: 0, reader_comments: 0 },
  };
}

/** Puts a paper into the store, as if a source had told of it. */
export async function addPaper(
  host: Host,
  { title, abstract, day }: { title: string; abstract: string | null; day: string },
): Promise<number> {
  const { id } = await host.database.db
    .insertInto('paper')
    .values({ ...rowOf(), title, abstract, listed_on: day })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

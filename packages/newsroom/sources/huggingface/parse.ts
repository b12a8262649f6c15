import { z } from 'zod';
import { instantOf, type PaperRecord, parseArxivId } from '../../papers/index.ts';

/** Fields came and went over the years, and some arrive in another shape: whatever does not fit counts as missing. */
const lenient = <T extends z.ZodType>(schema: T) => schema.nullish().catch(undefined);

const text = lenient(z.string());
const count = lenient(z.number().int().nonnegative());

const paper = z.looseObject({
  id: z.string(),
  title: text,
  summary: text,
  authors: lenient(
    z.array(lenient(z.union([z.string(), z.looseObject({ name: text, hidden: lenient(z.boolean()) })]))),
  ),
  publishedAt: text,
  submittedOnDailyAt: text,
  upvotes: count,
  ai_summary: text,
  ai_summary_model: text,
  ai_keywords: lenient(z.array(lenient(z.string()))),
  githubRepo: text,
  githubStars: count,
  projectPage: text,
  organization: lenient(z.looseObject({ name: text, fullname: text })),
  withdrawnAt: text,
});

const item = z.looseObject({
  paper,
  title: text,
  summary: text,
  numComments: count,
  organization: lenient(z.looseObject({ name: text, fullname: text })),
});

/**
 * One item of Hugging Face's daily list as a record. People's names of that site are not kept.
 *
 * The day of its feature is `submittedOnDailyAt`, counted in New York; the top-level `publishedAt` is shifted by that
 * zone's offset and is no feature date. Since May 2026 the field is cut to midnight UTC: then its date is the day as it stands.
 * @param asOf when the list was asked, for the counts
 * @throws z.ZodError when there is no paper with an id in it
 */
export function huggingFaceRecord(
  value: unknown,
  { asOf = Date.now(), day }: { asOf?: number; day?: string } = {},
): PaperRecord {
  const i = item.parse(value);
  const p = i.paper;
  const id = parseArxivId(p.id);
  if (!id) throw new Error(`has a paper whose id "${p.id}" is no arXiv identifier`);
  const featuredOn = day ?? dayOfFeature(p.submittedOnDailyAt ?? undefined);
  const organization = p.organization ?? i.organization;
  return {
    source: 'huggingface',
    arxivId: id.id,
    title: p.title ?? i.title ?? '',
    abstract: p.summary ?? i.summary ?? undefined,
    authors: p.authors
      ?.flatMap((author) =>
        typeof author === 'string' ? [author] : author && !author.hidden && author.name ? [author.name] : [],
      )
      .filter(Boolean),
    publishedAt: instantOf(p.publishedAt ?? undefined),
    keywords: p.ai_keywords?.flatMap((keyword) => keyword ?? []),
    summary: p.ai_summary ? { text: p.ai_summary, by: p.ai_summary_model ?? 'Hugging Face' } : undefined,
    repository: repository(p.githubRepo ?? undefined),
    projectUrl: p.projectPage && /^https?:\/\//.test(p.projectPage) ? p.projectPage : undefined,
    organization: organization?.fullname ?? organization?.name ?? undefined,
    withdrawn: p.withdrawnAt ? { at: instantOf(p.withdrawnAt) } : undefined,
    feature: featuredOn ? { day: featuredOn, by: 'source' } : undefined,
    listedOn: featuredOn,
    counts: [
      { votes: p.upvotes ?? undefined, comments: i.numComments ?? undefined, stars: p.githubStars ?? undefined, asOf },
    ],
  };
}

const NEW_YORK = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'America/New_York',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

function dayOfFeature(submitted?: string): string | undefined {
  const at = instantOf(submitted);
  if (at === undefined || !submitted) return undefined;
  return /T00:00:00(\.0+)?Z$/.test(submitted) ? submitted.slice(0, 10) : NEW_YORK.format(at);
}

function repository(address?: string): string | undefined {
  const path = (address ?? '').trim().replace(/^(?:https?:\/\/)?(?:www\.)?github\.com\//i, '');
  const [, owner, name] = /^([a-z\d][a-z\d-]*)\/([\w.-]+?)(?:\.git)?(?:[/?#].*)?$/i.exec(path) ?? [];
  return name && !/^\.+$/.test(name) ? `${owner}/${name}` : undefined;
}

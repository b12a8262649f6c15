import { createHash } from 'node:crypto';
import type { FeedEntry } from '@broadsheet/newsroom/editions';
import { type Paper, plainText, slugOf } from '@broadsheet/newsroom/papers';
import type { z } from '@hono/zod-openapi';
import type { hfItem, hfPaper } from './shapes.ts';

type Described = Pick<
  FeedEntry,
  | 'key'
  | 'arxivId'
  | 'title'
  | 'abstract'
  | 'summary'
  | 'authors'
  | 'keywords'
  | 'organization'
  | 'repository'
  | 'projectUrl'
  | 'publishedAt'
  | 'listedOn'
  | 'featuredOn'
  | 'votes'
  | 'comments'
> & { withdrawnAt?: number };

/** A paper as Hugging Face's API would give it. */
export function toHfPaper(paper: Described): z.infer<typeof hfPaper> {
  const day = paper.featuredOn;
  return {
    id: paper.key,
    authors: paper.authors.map((name) => ({ _id: objectId(`author ${slugOf(name)}`), name, hidden: false })),
    publishedAt: iso(paper.publishedAt ?? Date.parse(paper.listedOn)),
    ...(day ? { submittedOnDailyAt: `${day}T00:00:00.000Z` } : {}),
    title: plainText(paper.title),
    summary: paper.abstract ? plainText(paper.abstract) : '',
    upvotes: paper.votes,
    discussionId: objectId(`paper ${paper.key}`),
    ...(paper.summary?.by ? { ai_summary: paper.summary.text } : {}),
    ...(paper.keywords.length > 0 ? { ai_keywords: paper.keywords } : {}),
    ...(paper.repository ? { githubRepo: `https://github.com/${paper.repository.name}` } : {}),
    ...(paper.repository?.stars === undefined ? {} : { githubStars: paper.repository.stars }),
    ...(paper.projectUrl ? { projectPage: paper.projectUrl } : {}),
    ...(paper.organization
      ? {
          organization: {
            _id: objectId(`organization ${paper.organization.slug}`),
            name: paper.organization.slug,
            fullname: paper.organization.name,
          },
        }
      : {}),
    ...(paper.withdrawnAt === undefined ? {} : { withdrawnAt: iso(paper.withdrawnAt) }),
  };
}

export function toHfItem(paper: Described, origin: string): z.infer<typeof hfItem> {
  const inner = toHfPaper(paper);
  return {
    paper: inner,
    publishedAt: inner.publishedAt,
    title: inner.title,
    summary: inner.summary,
    thumbnail: `${origin}/papers/${paper.key}/card.png`,
    numComments: paper.comments,
    isAuthorParticipating: false,
    ...(inner.organization ? { organization: inner.organization } : {}),
  };
}

export function describedPaper(paper: Paper): Described {
  return { ...paper, featuredOn: paper.featured?.day, withdrawnAt: paper.withdrawn?.at };
}

/** Clients expect 24 hexadecimal digits; ours are a fingerprint, so the same thing always has the same. */
function objectId(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 24);
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

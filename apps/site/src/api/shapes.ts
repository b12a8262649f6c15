import { z } from '@hono/zod-openapi';

/** A paper in the shape of Hugging Face's API, which existing clients read. People's accounts of that site are not kept. */
export const hfPaper = z
  .object({
    id: z.string(),
    authors: z.array(z.object({ _id: z.string(), name: z.string(), hidden: z.boolean() })),
    publishedAt: z.string(),
    submittedOnDailyAt: z.string().optional(),
    title: z.string(),
    summary: z.string(),
    upvotes: z.number().int(),
    discussionId: z.string(),
    ai_summary: z.string().optional(),
    ai_keywords: z.array(z.string()).optional(),
    githubRepo: z.string().optional(),
    githubStars: z.number().int().optional(),
    projectPage: z.string().optional(),
    organization: z.object({ _id: z.string(), name: z.string(), fullname: z.string() }).optional(),
    withdrawnAt: z.string().optional(),
    source: z.string().optional(),
  })
  .openapi('Paper');

export const hfItem = z
  .object({
    paper: hfPaper,
    publishedAt: z.string(),
    title: z.string(),
    summary: z.string(),
    thumbnail: z.string(),
    numComments: z.number().int(),
    isAuthorParticipating: z.boolean(),
    organization: hfPaper.shape.organization,
  })
  .openapi('DailyPaper');

export const hfSearchItem = hfItem
  .extend({
    highlightedTitle: z.string(),
    highlightedSummary: z.string(),
    why: z.string().optional(),
    isByMeaning: z.boolean().optional().openapi({ description: 'It has none of the words.' }),
  })
  .openapi('FoundPaper');

export const hfSimilarItem = hfItem
  .extend({
    sharedWords: z.array(z.string()),
    shared: z.array(z.string()).openapi({ description: 'What else both have, in words.' }),
    similarity: z.number().optional().openapi({ description: 'Cosine of the two, where papers are encoded.' }),
  })
  .openapi('SimilarPaper');

/** The topic that a paper was filed under: a field of ours. */
export const topicOfPaper = z
  .object({
    id: z.number().int(),
    name: z.string(),
    probability: z.number(),
    margin: z.number().openapi({ description: 'The probability less that of the runner-up.' }),
    words: z.array(z.string()).openapi({ description: 'Words of the topic that the paper has.' }),
    runnerUp: z.object({ id: z.number().int(), name: z.string(), probability: z.number() }).optional(),
    url: z.string(),
  })
  .openapi('TopicOfPaper');

export const problemShape = z
  .object({ type: z.string(), title: z.string(), status: z.number().int(), detail: z.string() })
  .openapi('Problem');

/** An answer of a route, and a refusal of one, as its description writes them. */
export const json = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});
export const refusal = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problemShape } },
});

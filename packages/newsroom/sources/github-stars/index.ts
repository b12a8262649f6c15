import { bumpSequence, transaction } from '@broadsheet/database';
import { z } from 'zod';
import { addDays, dayIn, daysBetween } from '../../editions/calendar.ts';
import { DAY_MS, type PullContext, type Source } from '../source.ts';

/** Requests of one pull: below GitHub's hourly budget without and with a token. A 304 answer is free. */
const BUDGET = { anonymous: 50, token: 4_000 };
/** Velocity is measured over this many days of our own counts. */
const VELOCITY_DAYS = 7;

const repositoryAnswer = z.looseObject({ stargazers_count: z.number().int().nonnegative() });

/** Counts the stars of papers' repositories once a day; the difference between our own counts is their velocity. */
export const githubStars: Source = {
  id: 'github-stars',
  title: 'GitHub, stars',
  about:
    'Stars of papers’ repositories, counted daily by this site, for stars per day. Set GITHUB_TOKEN to count more of them.',
  baseUrl: 'https://api.github.com',
  politeness: { group: 'github', intervalMs: 200 },
  everyMs: DAY_MS,
  async *pull(context) {
    const { database, settings, now, signal } = context;
    const today = dayIn(now(), settings.zone);
    const due = await database.db
      .selectFrom('repository')
      .innerJoin('paper', 'paper.repository', 'repository.name')
      .select([
        'repository.name',
        'repository.etag',
        'repository.stars',
        (s) => s.fn.max('paper.listed_on').as('newest'),
      ])
      .where('repository.gone_at', 'is', null)
      .where((w) => w.or([w('repository.checked_at', 'is', null), w('repository.checked_at', '<', now() - DAY_MS / 2)]))
      .groupBy(['repository.name', 'repository.etag', 'repository.stars'])
      .orderBy('newest', 'desc')
      .orderBy('repository.name')
      .limit(settings.githubToken ? BUDGET.token : BUDGET.anonymous)
      .execute();
    for (const repository of due) {
      signal.throwIfAborted();
      await count(context, repository, today);
    }
    yield { cursor: { countedOn: today, repositories: due.length } };
  },
};

async function count(
  { http, baseUrl, settings, database, now }: PullContext,
  repository: { name: string; etag: string | null; stars: number | null },
  today: string,
): Promise<void> {
  const { status, headers, body } = await http.get(`${baseUrl}/repos/${repository.name}`, {
    allowStatus: [304, 404, 451],
    headers: {
      accept: 'application/vnd.github+json',
      ...(repository.etag ? { 'if-none-match': repository.etag } : {}),
      ...(settings.githubToken ? { authorization: `Bearer ${settings.githubToken}` } : {}),
    },
  });
  const isGone = status === 404 || status === 451;
  const parsed = status === 200 ? repositoryAnswer.safeParse(safeJson(body)) : undefined;
  const stars = parsed?.success ? parsed.data.stargazers_count : repository.stars;
  await transaction(database, async (db) => {
    await bumpSequence(db, 'change');
    if (!isGone && stars !== null) {
      await db
        .insertInto('repository_stars')
        .values({ repository: repository.name, day: today, stars })
        .onConflict((c) => c.columns(['repository', 'day']).doUpdateSet({ stars }))
        .execute();
    }
    const counts = await db
      .selectFrom('repository_stars')
      .select(['day', 'stars'])
      .where('repository', '=', repository.name)
      .where('day', '>=', addDays(today, -VELOCITY_DAYS))
      .orderBy('day')
      .execute();
    await db
      .updateTable('repository')
      .set({
        stars,
        stars_per_day: velocity(counts) ?? null,
        etag: headers.get('etag') ?? repository.etag,
        checked_at: now(),
        gone_at: isGone ? now() : null,
      })
      .where('name', '=', repository.name)
      .execute();
  });
}

/** Stars gained a day between the first and the last of the given counts; unknown from a single day. */
export function velocity(counts: { day: string; stars: number }[]): number | undefined {
  const first = counts.at(0);
  const last = counts.at(-1);
  if (!first || !last || first.day === last.day) return undefined;
  return (last.stars - first.stars) / daysBetween(first.day, last.day);
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

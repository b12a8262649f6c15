import { beforeEach, expect, test } from 'vitest';
import { featuredOn, onEachStore, type TestSite } from '../editions/testing.ts';
import { mergeTopics } from '../topics/index.ts';
import { seedTopics } from '../topics/testing/seed-topics.ts';
import { candidatesFor } from './candidates.ts';
import { subscribableFeed } from './feeds.ts';

const DAY = '2025-12-29';

onEachStore('a subscription to a topic', (site) => {
  let here: TestSite;
  let papersOf: number[][];
  beforeEach(async () => {
    here = site();
    await here.add(featuredOn(DAY, [6, 5, 4, 3, 2, 1]));
    ({ paperIds: papersOf } = await seedTopics(here, { topics: 2, papersEach: 3 }));
  });

  const issue = async (address: string) => {
    const feed = subscribableFeed(address);
    if ('refused' in feed) throw new Error(feed.refused);
    const period = { key: DAY, from: DAY, until: DAY, title: 'Monday', address: `/papers/date/${DAY}` };
    return candidatesFor(here, feed.query, feed.address, period, undefined);
  };

  test('has the papers of the period that are filed under it, under its name', async () => {
    const { feedTitle, address, entries } = await issue('/topics/2');
    expect([feedTitle, address]).toEqual(['Code agents', '/topics/2']);
    expect(entries.map((e) => e.id)).toEqual(papersOf[1]);
    expect((await issue('/?topic=1')).feedTitle).toBe('Video diffusion');
  });

  test('goes on when the topic is filed under another', async () => {
    await mergeTopics(here, { topicId: 2, into: 1, readerId: await here.addReader('Ada') });
    const { feedTitle, entries } = await issue('/topics/2');
    expect(feedTitle).toBe('Video diffusion');
    expect(entries.map((e) => e.id).sort()).toEqual([...papersOf[0], ...papersOf[1]].sort());
  });

  test('is refused where the number is none', () => {
    expect(subscribableFeed('/topics/video')).toMatchObject({ refused: expect.stringContaining('/topics/video') });
  });
});

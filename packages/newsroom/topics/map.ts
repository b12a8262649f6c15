import { layOut } from '@broadsheet/methods/new-classes';
import { type Host, perVersion } from '../host/index.ts';
import { catalogue } from './catalogue.ts';
import type { TopicMapPoint } from './types.ts';
import { fromBase64 } from './vectors.ts';

/** On a map more points than these cannot be told apart; the largest are shown. */
const MOST_POINTS = 400;

/** All topics that are shown, as points of a plane: the same topics give the same map. */
export function topicMap(host: Host): Promise<TopicMapPoint[]> {
  return perVersion(host, 'topic map', async () => {
    const { topics } = await catalogue(host);
    const shown = [...topics.values()]
      .filter(({ state }) => state !== 'hidden')
      .map((topic) => ({ ...topic, counted: topic.counts.reduce((sum, papers) => sum + papers, 0) }))
      .toSorted((a, b) => b.counted - a.counted || a.id - b.id)
      .slice(0, MOST_POINTS)
      .toSorted((a, b) => a.id - b.id);
    const places = layOut(shown.map(({ prototype }) => fromBase64(prototype)));
    return shown.map(({ id, name, papers, state }, i) => ({ id, name, ...places[i], papers, state }));
  });
}

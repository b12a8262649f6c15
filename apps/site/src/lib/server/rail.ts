import { addressAs, besideEdition, type Feed, renderings, weekdayName } from '@broadsheet/newsroom/editions';
import { type Host, perVersion } from '@broadsheet/newsroom/host';
import { laboratoryOf, recordedTally } from '@broadsheet/newsroom/lab';
import { listTopics } from '@broadsheet/newsroom/topics';

/** What stands beside the newest edition. */
export interface Rail {
  topics: { id: number; name: string }[];
  categories: { category: string; papers: number; href: string; isOn: boolean }[];
  editions: { day: string; number: number; title: string }[];
  /** The experiments that run here, with what their recorded runs say. */
  lab: { title: string; href: string; supported: number; tested: number }[];
  feeds: { title: string; href: string }[];
}

const NEW_TOPICS = 5;
/** The rail offers the formats that people follow a list in; the others are in the page's head. */
const FOLLOWED = ['rss', 'atom', 'feed.json'];

export async function loadRail(host: Host, feed: Feed): Promise<Rail> {
  const day = feed.edition?.day ?? '';
  const [beside, fresh, lab] = await Promise.all([
    perVersion(host, `beside ${day}`, () => besideEdition(host, day)),
    listTopics(host, { sort: 'new', limit: NEW_TOPICS }),
    perVersion(host, 'running here', async () => runningHere(host)),
  ]);
  const chosen = feed.query.filters.category;
  return {
    topics: fresh.topics.map(({ id, name }) => ({ id, name })),
    categories: beside.categories.map((row) => {
      const isOn = row.category === chosen;
      return { ...row, isOn, href: isOn ? '/' : `/?category=${row.category}` };
    }),
    editions: beside.editions.map(({ day, number }) => ({ day, number, title: shortDay(day) })),
    lab,
    feeds: renderings
      .filter((r) => FOLLOWED.includes(r.suffix))
      .map((r) => ({ title: r.title, href: addressAs('/', r.suffix) })),
  };
}

function runningHere(host: Host): Rail['lab'] {
  return laboratoryOf(host)
    .list()
    .map(({ id, arXivId }) => ({ title: nameOf(id), href: `/papers/${arXivId}/lab`, ...recordedTally(host, id) }));
}

/** 'five-layer' → 'Five layer' */
function nameOf(id: string): string {
  return `${id[0].toUpperCase()}${id.slice(1)}`.replaceAll('-', ' ');
}

/** 'Mon 30 Mar' */
function shortDay(day: string): string {
  const month = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')[Number(day.slice(5, 7)) - 1];
  return `${weekdayName(day).slice(0, 3)} ${Number(day.slice(8))} ${month}`;
}

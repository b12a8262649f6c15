import { isEditionZeroFolded, loadFeed } from '@broadsheet/newsroom/editions';
import type { Host } from '@broadsheet/newsroom/host';
import { titleHtml } from '@broadsheet/newsroom/papers';

/** The band over the front page: the papers whose experiments belong to the site. */
export async function loadEditionZero(host: Host) {
  if (await isEditionZeroFolded(host)) return undefined;
  const feed = await loadFeed(host, { window: { kind: 'edition-zero' }, order: 'top', filters: {} });
  if (feed.entries.length === 0) return undefined;
  return feed.entries.map((entry) => ({ address: `/papers/${entry.key}`, titleHtml: titleHtml(nameOf(entry.title)) }));
}

/** What a paper calls itself before the colon of its title, where that is a name and no sentence. */
function nameOf(title: string): string {
  const [name] = title.split(/:\s/, 1);
  return name.length <= 40 ? name : title;
}

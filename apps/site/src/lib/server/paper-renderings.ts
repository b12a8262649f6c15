import { paperMarkdown } from '@broadsheet/newsroom/editions';
import type { Host } from '@broadsheet/newsroom/host';
import { findPaper, type Paper, toBibtex, toCslJson, toRis } from '@broadsheet/newsroom/papers';
import { problem } from './problem.ts';

type Context = { baseUrl: string };

/** The ways to write one paper, by the suffix of its address. */
const RENDERINGS: Record<string, { mediaType: string; render(paper: Paper, context: Context): string }> = {
  md: { mediaType: 'text/markdown; charset=utf-8', render: paperMarkdown },
  bib: { mediaType: 'application/x-bibtex; charset=utf-8', render: (paper, context) => toBibtex([paper], context) },
  ris: {
    mediaType: 'application/x-research-info-systems; charset=utf-8',
    render: (paper, context) => toRis([paper], context),
  },
  'csl.json': {
    mediaType: 'application/vnd.citationstyles.csl+json; charset=utf-8',
    render: (paper, context) => toCslJson([paper], context),
  },
};
const ADDRESS =
  /^\/papers\/((?:\d{4}\.\d{4,5}|[a-km-np-z2-9]{10}|[a-z-]+(?:\.[A-Z]{2})?\/\d{7})(?:v\d+)?)\.(md|bib|ris|csl\.json)$/;
const PLAIN = /^\/papers\/((?:\d{4}\.\d{4,5}|[a-km-np-z2-9]{10}|[a-z-]+(?:\.[A-Z]{2})?\/\d{7})(?:v\d+)?)$/;

/** Answers a paper's address with a suffix, or asked for as Markdown; undefined for every other address. */
export async function renderPaper(host: Host, url: URL, accept: string): Promise<Response | undefined> {
  const bySuffix = ADDRESS.exec(url.pathname);
  const byAccept = accept.trimStart().startsWith('text/markdown') ? PLAIN.exec(url.pathname) : null;
  const key = bySuffix?.[1] ?? byAccept?.[1];
  if (!key) return undefined;
  const paper = await findPaper(host.database.db, key);
  if (!paper) return problem(404, 'No such paper', `There is no paper ${key} here.`);
  const suffix = bySuffix?.[2] ?? 'md';
  if ('movedTo' in paper)
    return new Response(null, { status: 308, headers: { location: `/papers/${paper.movedTo}.${suffix}` } });
  const { mediaType, render } = RENDERINGS[suffix];
  return new Response(render(paper, { baseUrl: url.origin }), {
    headers: { 'content-type': mediaType, 'cache-control': 'public, max-age=0, must-revalidate', vary: 'Accept' },
  });
}

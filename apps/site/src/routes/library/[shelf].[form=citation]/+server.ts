import { requireRole } from '@broadsheet/newsroom/accounts';
import { currentHost } from '@broadsheet/newsroom/host';
import { papersOnShelf } from '@broadsheet/newsroom/library';
import { toBibtex, toCslJson, toRis, toZoteroRdf } from '@broadsheet/newsroom/papers';
import { problem } from '#lib/server/problem.ts';
import type { RequestHandler } from './$types';

const FORMS = {
  bib: { type: 'application/x-bibtex', write: toBibtex },
  ris: { type: 'application/x-research-info-systems', write: toRis },
  'csl.json': { type: 'application/vnd.citationstyles.csl+json', write: toCslJson },
  rdf: { type: 'application/rdf+xml', write: toZoteroRdf },
};

/** One of the reader's own shelves, to take along. */
export const GET: RequestHandler = async ({ params, locals, url }) => {
  const { id } = requireRole(locals.acting, 'reader');
  const shelf = Number(params.shelf);
  const { db } = currentHost().database;
  const papers = Number.isSafeInteger(shelf) ? await papersOnShelf(db, id, shelf, { limit: 10_000 }) : undefined;
  if (!papers) return problem(404, 'No such shelf', 'It is none of yours.');
  const { type, write } = FORMS[params.form];
  return new Response(write(papers, { baseUrl: url.origin }), {
    headers: { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' },
  });
};

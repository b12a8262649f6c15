import { toBibtex, toCslJson, toRis } from '../../papers/index.ts';
import type { Rendering } from './rendering.ts';

export const bibtex: Rendering = {
  suffix: 'bib',
  title: 'BibTeX',
  mediaType: 'application/x-bibtex; charset=utf-8',
  render: (feed, context) => toBibtex(feed.entries, context),
};

export const ris: Rendering = {
  suffix: 'ris',
  title: 'RIS',
  mediaType: 'application/x-research-info-systems; charset=utf-8',
  render: (feed, context) => toRis(feed.entries, context),
};

export const cslJson: Rendering = {
  suffix: 'csl.json',
  title: 'CSL-JSON',
  mediaType: 'application/vnd.citationstyles.csl+json; charset=utf-8',
  render: (feed, context) => toCslJson(feed.entries, context),
};

import { arxivApi } from './arxiv-api/index.ts';
import { arxivOai } from './arxiv-oai/index.ts';
import { arxivRss } from './arxiv-rss/index.ts';
import { githubStars } from './github-stars/index.ts';
import { huggingface } from './huggingface/index.ts';
import type { Source } from './source.ts';

/** Every source, in the order in which they are asked. Adding one is one folder and one line. */
export const sources: Source[] = [huggingface, arxivRss, arxivApi, githubStars, arxivOai];

import { UNTRUSTED } from '@broadsheet/newsroom/editions';
import { currentHost } from '@broadsheet/newsroom/host';
import type { RequestHandler } from './$types';

/** What a program that reads text should know first (llmstxt.org). */
export const GET: RequestHandler = ({ url }) => {
  const at = url.origin;
  const text = `# ${currentHost().settings.siteName}

> Daily papers: what was featured on each day, with votes, code and citations. ${UNTRUSTED}

- [Newest edition](${at}/index.md): the papers of the newest day
- [One day](${at}/papers/date/2025-12-30.md): any day, week (/papers/week/2025-W52.md) or month (/papers/month/2025-12.md)
- [Trending](${at}/papers/trending.md)
- [Newest of all](${at}/papers/new.md)
- [Search](${at}/papers.md?q=graph+transformer): any words in q
- [Topics](${at}/topics): what is new, growing and fading; the papers of one at /topics/12.md, and any list with ?topic=12
- [One paper](${at}/papers/2310.08513.md): by arXiv id

## API

- [OpenAPI 3.1](${at}/api/openapi.json): papers in the shapes of Hugging Face's API
`;
  return new Response(text, {
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'public, max-age=0, must-revalidate' },
  });
};

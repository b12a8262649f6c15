import MarkdownIt, { type Token } from 'markdown-it';
import { escapeHtml, formulaAt, mathsHtml } from '../papers/index.ts';

/** A comment as it is shown, and whom it names. */
export interface Rendered {
  /** Safe: it holds nothing but what this file writes. */
  html: string;
  /** Handles after an @, in lower case. */
  mentions: string[];
  links: number;
}

/** More formulas than this are shown as their source: each costs a tenth of a millisecond. */
const MAX_FORMULAS = 100;
const MEMO_ENTRIES = 1_000;
const memo = new Map<string, Rendered>();

/** What markdown-it reads; raw HTML and pictures from elsewhere are not in it. */
const markdown = new MarkdownIt({ html: false, linkify: true, breaks: true, maxNesting: 20 }).disable(['image']);
// Only what is written as an address becomes a link, not each "word.com".
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
markdown.inline.ruler.before('escape', 'maths', (state, isSilent) => {
  const first = state.src[state.pos];
  if (first !== '$' && first !== '\\') return false;
  const formula = formulaAt(state.src, state.pos);
  if (!formula) return false;
  if (!isSilent) {
    const token = state.push('maths', '', 0);
    token.content = formula.tex;
    token.meta = { display: formula.display };
  }
  state.pos = formula.end;
  return true;
});

/** A comment's Markdown as HTML, from tags that are listed here and from nothing else. */
export function renderMarkdown(text: string): Rendered {
  const known = memo.get(text);
  if (known) return known;
  const writing: Writing = { html: '', mentions: new Set(), links: 0, formulas: 0, open: [] };
  write(markdown.parse(text, {}), writing);
  const rendered = { html: writing.html, mentions: [...writing.mentions], links: writing.links };
  memo.set(text, rendered);
  if (memo.size > MEMO_ENTRIES) memo.delete(memo.keys().next().value as string);
  return rendered;
}

interface Writing {
  html: string;
  mentions: Set<string>;
  links: number;
  formulas: number;
  /** Whether each link that is open became one. */
  open: boolean[];
}

/** Tokens that are a tag and nothing more. A comment's headings are bold lines: the page's outline is the page's. */
const PLAIN: Record<string, [open: string, close: string]> = {
  paragraph: ['<p>', '</p>'],
  heading: ['<p><strong>', '</strong></p>'],
  blockquote: ['<blockquote>', '</blockquote>'],
  bullet_list: ['<ul>', '</ul>'],
  ordered_list: ['<ol>', '</ol>'],
  list_item: ['<li>', '</li>'],
  em: ['<em>', '</em>'],
  strong: ['<strong>', '</strong>'],
  s: ['<s>', '</s>'],
  table: ['<table>', '</table>'],
  thead: ['<thead>', '</thead>'],
  tbody: ['<tbody>', '</tbody>'],
  tr: ['<tr>', '</tr>'],
  th: ['<th>', '</th>'],
  td: ['<td>', '</td>'],
};

function write(tokens: Token[], to: Writing): void {
  for (const token of tokens) {
    if (token.children) write(token.children, to);
    else to.html += tokenHtml(token, to);
  }
}

function tokenHtml(token: Token, to: Writing): string {
  // Paragraphs of a tight list have no tags of their own.
  if (token.hidden) return '';
  const pair = PLAIN[token.type.replace(/_(open|close)$/, '')];
  if (pair && token.nesting !== 0) return pair[token.nesting === 1 ? 0 : 1];
  switch (token.type) {
    case 'hardbreak':
    case 'softbreak':
      return '<br>';
    case 'hr':
      return '<hr>';
    case 'code_inline':
      return `<code>${escapeHtml(token.content)}</code>`;
    case 'code_block':
    case 'fence':
      return `<pre><code>${escapeHtml(token.content)}</code></pre>`;
    case 'maths':
      to.formulas += 1;
      if (to.formulas > MAX_FORMULAS) return `<code>${escapeHtml(token.content)}</code>`;
      return mathsHtml(token.content, { display: token.meta?.display === true });
    case 'link_open':
      return openLink(String(token.attrGet('href') ?? ''), to);
    case 'link_close':
      return to.open.pop() ? '</a>' : '';
    case 'text':
      return to.open.length > 0 ? escapeHtml(token.content) : withMentions(token.content, to);
    default:
      // What the parser learns one day is shown as its text.
      return escapeHtml(token.content);
  }
}

function openLink(href: string, to: Writing): string {
  const isSafe = /^(https?:\/\/|mailto:)/i.test(href);
  to.open.push(isSafe);
  if (!isSafe) return '';
  to.links += 1;
  return `<a href="${escapeHtml(href)}" rel="nofollow ugc noopener">`;
}

const MENTION = /(?<![\w@/.-])@([a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])?)(?![\w@])/gi;

function withMentions(text: string, to: Writing): string {
  let html = '';
  let at = 0;
  for (const match of text.matchAll(MENTION)) {
    to.mentions.add(match[1].toLowerCase());
    html += `${escapeHtml(text.slice(at, match.index))}<b class="mention">${escapeHtml(match[0])}</b>`;
    at = match.index + match[0].length;
  }
  return html + escapeHtml(text.slice(at));
}

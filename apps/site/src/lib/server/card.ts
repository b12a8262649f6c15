import type { Paper } from '@broadsheet/newsroom/papers';
import { escapeHtml, plainText } from '@broadsheet/newsroom/papers';
import { type Drawn, drawingOf } from './drawing.ts';

const WIDTH = 1200;
const HEIGHT = 630;
/** Width of an average letter of the serif relative to its size; wide scripts count double, Arabic and Hebrew a quarter more. */
const LETTER = 0.47;

const SERIF = `font-family="Newsreader, Georgia, 'Noto Serif', 'Noto Serif CJK SC', 'Noto Naskh Arabic', 'Noto Serif Hebrew', serif"`;
const SANS = `font-family="Inter, 'Noto Sans', 'Noto Sans CJK SC', 'Noto Sans Arabic', sans-serif"`;

/** A paper's drawn card: masthead, title, people, day, and a small line drawing that is the paper's own for ever. */
export function drawCard(paper: Paper, siteName: string): string {
  const title = plainText(paper.title);
  const { size, lines } = fit(title);
  const people =
    paper.authors.length === 0
      ? ''
      : `${paper.authors[0]}${paper.authors.length > 1 ? ` + ${paper.authors.length - 1}` : ''}`;
  const day = paper.featured?.day ?? paper.listedOn;
  const first = 176 + size;
  const isRtl = /^[\u0590-\u08ff\ufb1d-\ufefc]/.test(title);
  const x = isRtl ? WIDTH - 64 : 64;
  // By its end at the right margin, not by direction: what draws the PNG knows no direction.
  const anchor = isRtl ? ' text-anchor="end"' : '';
  const text = lines
    .map((line, index) => `<tspan x="${x}" y="${first + index * size * 1.16}">${escapeHtml(line)}</tspan>`)
    .join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(title)}">
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fbfaf7"/>
<g ${SERIF} fill="#1b1a17">
<text x="64" y="88" font-size="40" font-weight="600">${escapeHtml(siteName)}</text>
<path d="M64 116.5H1136" stroke="#1b1a17"/>
<text font-size="${size}" font-weight="500"${anchor}>${text}</text>
</g>
<g transform="translate(${isRtl ? 221 : 979} 330) scale(0.9)" stroke="#9b2c1f" stroke-width="1.5"><path d="${drawingOf(paper)}" fill="none"/></g>
<path d="M64 548.5H1136" stroke="#d9d5cb"/>
<g ${SANS} font-size="24" fill="#5d584e">
<text x="64" y="590">${escapeHtml(people)}</text>
<text x="1136" y="590" text-anchor="end">${paper.arxivId ? `arXiv:${escapeHtml(paper.arxivId)} · ` : ''}${escapeHtml(day)}</text>
</g>
</svg>`;
}

const LIST_ROWS = 4;

/** The card of a list: its name, and its first papers each by title and drawing. */
export function drawListCard(
  feed: { title: string; entries: readonly (Drawn & { title: string })[]; total?: number },
  siteName: string,
): string {
  const rows = feed.entries.slice(0, LIST_ROWS).map((paper, index) => {
    const y = 262 + index * 76;
    const [line, ...more] = wrap(plainText(paper.title), 980 / (34 * LETTER));
    return `<text x="64" y="${y}" font-size="34">${escapeHtml(line)}${more.length > 0 ? ' …' : ''}</text>
<path d="M64 ${y + 24.5}H1136" stroke="#d9d5cb"/>
<g transform="translate(1100 ${y - 12}) scale(0.17)" stroke="#9b2c1f" stroke-width="5"><path d="${drawingOf(paper)}" fill="none"/></g>`;
  });
  const more = (feed.total ?? feed.entries.length) - rows.length;
  const said = rows.length === 0 ? 'No papers yet' : more > 0 ? `and ${more.toLocaleString('en')} more` : '';
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(feed.title)}">
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fbfaf7"/>
<g ${SERIF} fill="#1b1a17">
<text x="64" y="88" font-size="40" font-weight="600">${escapeHtml(siteName)}</text>
<path d="M64 116.5H1136" stroke="#1b1a17"/>
<text x="64" y="186" font-size="48" font-weight="500">${escapeHtml(wrap(feed.title, 1072 / (48 * LETTER))[0] ?? '')}</text>
${rows.join('\n')}
</g>
<g ${SANS} font-size="24" fill="#5d584e"><text x="64" y="590">${said}</text></g>
</svg>`;
}

/** The largest size at which the title fits in four lines beside the drawing. */
function fit(title: string): { size: number; lines: string[] } {
  const room = 730;
  for (const size of [64, 56, 48, 42, 36]) {
    const lines = wrap(title, room / (size * LETTER));
    if (lines.length * size * 1.16 <= 350) return { size, lines };
  }
  const lines = wrap(title, room / (36 * LETTER)).slice(0, 8);
  return { size: 36, lines: [...lines.slice(0, -1), `${lines.at(-1)} …`] };
}

function wrap(text: string, letters: number): string[] {
  const lines: string[] = [];
  let line = '';
  // Scripts without spaces break between letters.
  for (const word of text.split(/(?<=\s)|(?<=[\u3040-\u9fff\uac00-\ud7af])/)) {
    if (line && widthOf(line + word.trimEnd()) > letters) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += word;
  }
  return line ? [...lines, line.trimEnd()] : lines;
}

function widthOf(text: string): number {
  const widthOfLetter = (c: string) => (/[\u2e80-\uffdc]/.test(c) ? 2.1 : /[\u0590-\u08ff]/.test(c) ? 1.25 : 1);
  return [...text].reduce((sum, c) => sum + widthOfLetter(c), 0);
}

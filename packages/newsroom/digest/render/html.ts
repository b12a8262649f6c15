import { escapeHtml } from '../../papers/index.ts';
import type { IssueContent, IssuePaper } from '../content.ts';
import { byline, type Frame, LEAVE, morePapers, PREFERENCES, papersCount } from './links.ts';

const SERIF = "Georgia,'Times New Roman',serif";
const SANS = "-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

/** Colours of the page; classes carry the dark ones, for programs that ask. */
const PAPER = '#fbfaf7';
const INK = '#1b1a17';
const SECONDARY = '#5d584e';
const HAIRLINE = '#d9d5cb';
const ACCENT = '#9b2c1f';

const STYLE = `
:root{color-scheme:light dark;supported-color-schemes:light dark}
body{margin:0;padding:0}
a{color:inherit}
@media (max-width:480px){.lead{font-size:24px!important;line-height:30px!important}.edge{padding-left:16px!important;padding-right:16px!important}}
@media (prefers-color-scheme:dark){
.paper{background:#151412!important}
.ink{color:#ece8df!important}
.quiet{color:#a49d8f!important}
.line{border-color:#34312b!important}
.strong-line{border-color:#ece8df!important}
.accent{color:#ef8b7c!important}
}`.replace(/\n/g, '');

/**
 * An issue as HTML for mail programs: one column of at most 600 px that holds at 320, tables and styles in place as old
 * programs need them, system fonts, no pictures, dark colours where they are asked for.
 */
export function issueHtml(content: IssueContent, frame: Frame): string {
  const { papers, more } = content;
  const { siteName, address, path } = frame;
  const count = papersCount(papers.length + more);
  const rows = papers.map((paper, index) => (index === 0 ? lead(paper, frame) : row(paper, index + 1, frame))).join('');
  const rest =
    more > 0
      ? `<tr><td class="edge ink" style="padding:16px 24px;font:17px/26px ${SERIF};color:${INK}"><a href="${escapeHtml(address + content.address)}" class="ink" style="color:${INK}">${morePapers(more)}</a></td></tr>`
      : '';
  const notice = content.notice
    ? `<tr><td class="edge quiet" style="padding:12px 24px 0;font:14px/20px ${SANS};color:${SECONDARY}">${escapeHtml(content.notice)}</td></tr>`
    : '';
  const preheader = papers
    .slice(0, 3)
    .map((paper) => paper.title)
    .join(' · ')
    .slice(0, 180);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(`${siteName}: ${content.title}`)}</title>
<style>${STYLE}</style>
</head>
<body class="paper" style="margin:0;padding:0;background:${PAPER}">
<div style="display:none;max-height:0;overflow:hidden">${escapeHtml(preheader)}</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="paper" style="background:${PAPER}"><tr><td align="center">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px;table-layout:fixed">
<tr><td class="edge" style="padding:24px 24px 0">
<div class="ink strong-line" style="border-bottom:1px solid ${INK};padding-bottom:8px;font:bold 30px/34px ${SERIF};letter-spacing:-.5px;color:${INK}"><a href="${escapeHtml(address)}/" class="ink" style="color:${INK};text-decoration:none">${escapeHtml(siteName)}</a></div>
<h1 class="quiet" style="margin:8px 0 0;font:normal 14px/20px ${SANS};color:${SECONDARY}">${escapeHtml(content.feedTitle)} · ${escapeHtml(content.title)} · ${count}</h1>
</td></tr>
${notice}${rows}${rest}
<tr><td class="edge" style="padding:24px">
<div class="quiet line" style="border-top:1px solid ${HAIRLINE};padding-top:12px;font:13px/22px ${SANS};color:${SECONDARY}">
You get this because this address asked for it.<br>
<a href="${escapeHtml(address + path)}" class="quiet" style="color:${SECONDARY}">Read it on the web</a> ·
<a href="${PREFERENCES}" class="quiet" style="color:${SECONDARY}">Change what you get, and when</a> ·
<a href="${LEAVE}" class="quiet" style="color:${SECONDARY}">Unsubscribe</a>
</div></td></tr>
</table>
</td></tr></table>
</body>
</html>
`;
}

function lead(paper: IssuePaper, { address }: Frame): string {
  return `
<tr><td class="edge" style="padding:20px 24px">
<h2 dir="auto" class="lead ink" style="margin:0;font:normal 28px/34px ${SERIF};letter-spacing:-.2px;color:${INK};overflow-wrap:anywhere">${titleLink(paper, address)}</h2>
${summary(paper, `margin:10px 0 0;font:17px/26px ${SERIF}`)}${facts(paper)}
</td></tr>`;
}

function row(paper: IssuePaper, rank: number, { address }: Frame): string {
  return `
<tr><td class="edge" style="padding:0 24px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="line" style="border-top:1px solid ${HAIRLINE};table-layout:fixed"><tr>
<td width="32" valign="top" class="accent" style="padding:14px 0;font:19px/25px ${SERIF};color:${ACCENT}">${rank}</td>
<td valign="top" style="padding:14px 0">
<h2 dir="auto" class="ink" style="margin:0;font:normal 19px/25px ${SERIF};color:${INK};overflow-wrap:anywhere">${titleLink(paper, address)}</h2>
${summary(paper, `margin:4px 0 0;font:15px/22px ${SERIF}`)}${facts(paper)}
</td></tr></table>
</td></tr>`;
}

function titleLink(paper: IssuePaper, address: string): string {
  return `<a href="${escapeHtml(`${address}/papers/${paper.key}`)}" class="ink" style="color:${INK};text-decoration:none">${escapeHtml(paper.title)}</a>`;
}

function summary(paper: IssuePaper, style: string): string {
  if (!paper.summary) return '';
  const by = paper.summary.by
    ? ` <span class="quiet" style="color:${SECONDARY}">— ${escapeHtml(paper.summary.by)}</span>`
    : '';
  return `<p dir="auto" class="ink" style="${style};color:${INK};overflow-wrap:anywhere">${escapeHtml(paper.summary.text)}${by}</p>\n`;
}

function facts(paper: IssuePaper): string {
  const by = [byline(paper), paper.organization].filter(Boolean).map((fact) => escapeHtml(fact as string));
  const why = escapeHtml(paper.reasons.join(', '));
  const lines = [
    by.length > 0 ? `<span dir="auto">${by.join(' · ')}</span>` : '',
    why ? `<b style="font-weight:600">${why}</b>` : '',
  ].filter(Boolean);
  return `<p class="quiet" style="margin:6px 0 0;font:13px/19px ${SANS};color:${SECONDARY};overflow-wrap:anywhere">${lines.join('<br>')}</p>`;
}

import { MAIL_COLOURS, MAIL_FONTS, mailPage } from '../../mail/index.ts';
import { escapeHtml } from '../../papers/index.ts';
import type { IssueContent, IssuePaper } from '../content.ts';
import { byline, type Frame, LEAVE, morePapers, PREFERENCES, papersCount } from './links.ts';

const { serif: SERIF, sans: SANS } = MAIL_FONTS;
const { ink: INK, secondary: SECONDARY, hairline: HAIRLINE, accent: ACCENT } = MAIL_COLOURS;

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
  return mailPage({
    title: `${siteName}: ${content.title}`,
    preheader,
    siteName,
    address,
    heading: `${escapeHtml(content.feedTitle)} · ${escapeHtml(content.title)} · ${count}`,
    rows: `${notice}${rows}${rest}`,
    foot: `You get this because this address asked for it.<br>
<a href="${escapeHtml(address + path)}" class="quiet" style="color:${SECONDARY}">Read it on the web</a> ·
<a href="${PREFERENCES}" class="quiet" style="color:${SECONDARY}">Change what you get, and when</a> ·
<a href="${LEAVE}" class="quiet" style="color:${SECONDARY}">Unsubscribe</a>`,
  });
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

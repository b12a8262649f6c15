import type { IssueContent, IssuePaper } from '../content.ts';
import { byline, type Frame, LEAVE, morePapers, PREFERENCES, papersCount } from './links.ts';

/** As wide as mail has always been written; longer lines are folded by terminals in the middle of words. */
const WIDTH = 72;

/** An issue as plain text that reads well in a terminal: no markup, one address a paper, nothing wider than 72. */
export function issueText(content: IssueContent, { siteName, address, path }: Frame): string {
  const { papers, more } = content;
  const rule = '-'.repeat(WIDTH);
  const head = [
    siteName.toUpperCase(),
    content.feedTitle,
    `${content.title} · ${papersCount(papers.length + more)}`,
    rule,
    ...(content.notice ? ['', ...wrapped(content.notice, '')] : []),
  ];
  const body = papers.flatMap((paper, index) => ['', ...paperLines(paper, index + 1, address)]);
  const rest = more > 0 ? ['', `${morePapers(more)}:`, `${address}${content.address}`] : [];
  const foot = [
    '',
    rule,
    `On the web        ${address}${path}`,
    `What you get      ${PREFERENCES}`,
    `Leave             ${LEAVE}`,
  ];
  return `${[...head, ...body, ...rest, ...foot].join('\n')}\n`;
}

function paperLines(paper: IssuePaper, rank: number, address: string): string[] {
  const indent = '    ';
  const number = `${rank}.`.padEnd(indent.length);
  const [first, ...others] = wrapped(paper.title, indent);
  const by = [byline(paper), paper.organization].filter(Boolean).join(' · ');
  const { summary } = paper;
  return [
    `${number}${first.trimStart()}`,
    ...others,
    ...(by ? wrapped(by, indent) : []),
    ...(summary ? ['', ...wrapped(summary.by ? `${summary.text} — ${summary.by}` : summary.text, indent), ''] : []),
    ...(paper.reasons.length > 0 ? wrapped(paper.reasons.join(', '), indent) : []),
    `${indent}${address}/papers/${paper.key}`,
  ];
}

/** Words broken into lines of at most 72 columns; wide letters count twice. */
function wrapped(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).flatMap(breakable)) {
    const glue = line === '' || (isWide(word) && isWide(line.slice(-1))) ? '' : ' ';
    if (line !== '' && columns(line + glue + word) > WIDTH - indent.length) {
      lines.push(indent + line);
      line = word;
    } else line += glue + word;
  }
  return [...lines, indent + line];
}

/** Scripts without spaces may be broken between any two letters. */
function breakable(word: string): string[] {
  return isWide(word)
    ? (word.match(/[\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef]|[^\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef]+/g) ?? [word])
    : [word];
}

function isWide(text: string): boolean {
  return /[\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef]/.test(text);
}

function columns(text: string): number {
  let n = 0;
  for (const letter of text) n += isWide(letter) ? 2 : 1;
  return n;
}

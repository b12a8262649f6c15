import { createHash } from 'node:crypto';
import type { Settings } from '../../host/index.ts';
import type { LetterBody } from '../../mail/index.ts';
import type { IssueContent } from '../content.ts';
import { signToken, siteAddress } from '../links.ts';
import { issueHtml } from './html.ts';
import { type Frame, LEAVE, PREFERENCES } from './links.ts';
import { issueText } from './text.ts';

/** Gmail cuts off what is beyond 102 kB; ours stays below a round hundred. */
const MAX_HTML_BYTES = 100_000;

/** An issue as it is mailed, but for the links that are each reader's own. */
export interface RenderedIssue {
  subject: string;
  html: string;
  text: string;
}

/** Renders an issue; papers that would make it too long for mail programs are counted instead. */
export function renderIssue(content: IssueContent, settings: Settings, slug: string): RenderedIssue {
  const frame: Frame = { siteName: settings.siteName, address: siteAddress(settings), path: `/digest/${slug}` };
  let fitting = content;
  let html = issueHtml(fitting, frame);
  while (Buffer.byteLength(html) > MAX_HTML_BYTES && fitting.papers.length > 1) {
    fitting = { ...fitting, papers: fitting.papers.slice(0, -1), more: fitting.more + 1 };
    html = issueHtml(fitting, frame);
  }
  return { subject: subjectOf(content, settings.siteName), html, text: issueText(fitting, frame) };
}

/** 'Broadsheet, Wednesday, 14 January 2026'; other lists than the front page say which. */
function subjectOf({ feedTitle, title }: IssueContent, siteName: string): string {
  return feedTitle.startsWith('The papers of the') ? `${siteName}, ${title}` : `${siteName}: ${feedTitle}, ${title}`;
}

/** The issue for nobody in particular: where a reader's own links would be, the page that explains them. */
export function unaddressed({ subject, html, text }: RenderedIssue, settings: Settings): RenderedIssue {
  const page = `${siteAddress(settings)}/digest`;
  const fill = (words: string) => words.replaceAll(LEAVE, page).replaceAll(PREFERENCES, page);
  return { subject, html: fill(html), text: fill(text) };
}

/** Whose links a letter carries. */
export interface Addressee {
  subscriberId: number;
  subscriptionId: number;
  linkEpoch: number;
}

/**
 * Writes the letters of an issue: the issue, each reader's links to put in, and the headers by which mail programs offer
 * to leave.
 */
export function letterWriter(
  rendered: RenderedIssue,
  settings: Settings,
  issue: { slug: string; feed: string; pace: string },
): (reader: Addressee) => LetterBody {
  const address = siteAddress(settings);
  const host = new URL(address).hostname;
  const list = createHash('sha256').update(`${issue.pace} ${issue.feed}`).digest('hex').slice(0, 8);
  const ofAll = {
    // RFC 2919: one list for each feed and pace, so that a reader's rules can tell them apart.
    'List-Id': `<${list}.digest.${host}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    'List-Archive': `<${address}/digest>`,
    Precedence: 'list',
    'Feedback-ID': `${issue.slug}:${issue.pace}:digest:${host}`,
  };
  return ({ subscriberId, subscriptionId, linkEpoch }) => {
    const leave = `${address}/digest/leave/${signToken(settings, 'leave', [subscriptionId])}`;
    const preferences = `${address}/digest/preferences/${signToken(settings, 'preferences', [subscriberId, linkEpoch])}`;
    return {
      ...rendered,
      slots: { [LEAVE]: leave, [PREFERENCES]: preferences },
      headers: { 'List-Unsubscribe': `<${leave}>`, ...ofAll },
    };
  };
}

export { liftSuppression, settleLetter } from './administer.ts';
export { issueBodies } from './body-of.ts';
export type { IssueContent, IssuePaper } from './content.ts';
export { subscribableFeed } from './feeds.ts';
export { draftIssue, findIssue, freezeIssue, type Issue, listIssues } from './issue.ts';
export { asNumber, asText, readToken, signToken, siteAddress } from './links.ts';
export { endedPeriod, nextSlot, PACES } from './periods.ts';
export {
  askAddressChange,
  changeAddress,
  changePreferences,
  exportSubscriptions,
  forgetAddress,
  forgetMailOf,
  holderOf,
  leave,
  leavingOf,
  type Preferences,
  preferencesOf,
  readAddressChange,
} from './preferences.ts';
export { renderIssue, unaddressed } from './render/index.ts';
export { byline, morePapers, papersCount } from './render/links.ts';
export {
  type IssueDelivery,
  issueDeliveries,
  type Readership,
  readership,
  type TroubledLetter,
  troubledLetters,
} from './report.ts';
export { planDigests } from './schedule.ts';
export { askSubscription, confirmSubscription, pendingSubscription, type SubscribeRequest } from './subscribe.ts';

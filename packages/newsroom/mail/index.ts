export { addressHash, domainOf, parseAddress } from './address.ts';
export { type Letter, type LetterBody, newLetter, oneLine, postLetter } from './letter.ts';
export type { LetterRow } from './outbox.ts';
export { type SenderOptions, sendOutbox, startSender } from './sender.ts';
export type { BodyOf } from './session.ts';
export { type MailStatus, mailStatus } from './state.ts';
export { suppress, unsuppress } from './suppression.ts';

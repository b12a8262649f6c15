import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Settings, siteKey } from '../host/index.ts';

/** What a signed link lets its holder do. */
export type LinkPurpose = 'leave' | 'preferences' | 'confirm' | 'change' | 'notices';

/** 96 bits: short enough for a List-Unsubscribe header that nobody folds, beyond guessing. */
const MAC_CHARS = 16;

/** A token that only this site can make: its facts, readable, and their signature. */
export function signToken(settings: Settings, purpose: LinkPurpose, facts: (number | string)[]): string {
  const payload = facts
    .map((fact) => (typeof fact === 'number' ? fact.toString(36) : Buffer.from(fact).toString('base64url')))
    .join('.');
  return `${payload}.${mac(settings, purpose, payload)}`;
}

/** The facts of a token as they were written, text still encoded; undefined when it is not one of ours for this purpose. */
export function readToken(settings: Settings, purpose: LinkPurpose, token: string): string[] | undefined {
  const at = token.lastIndexOf('.');
  if (at < 1 || token.length > 600 || !/^[\w.-]+$/.test(token)) return undefined;
  const given = Buffer.from(token.slice(at + 1));
  const ours = Buffer.from(mac(settings, purpose, token.slice(0, at)));
  if (given.length !== ours.length || !timingSafeEqual(given, ours)) return undefined;
  return token.slice(0, at).split('.');
}

export const asNumber = (fact: string | undefined): number => Number.parseInt(fact ?? '', 36);
export const asText = (fact: string | undefined): string => Buffer.from(fact ?? '', 'base64url').toString();

/** Where readers find the site: links in mail cannot follow the address of a request. */
export function siteAddress({ baseUrl, port }: Settings): string {
  return baseUrl ?? `http://localhost:${port}`;
}

function mac(settings: Settings, purpose: LinkPurpose, payload: string): string {
  const key = siteKey(settings, 'links in mail');
  return createHmac('sha256', key).update(`${purpose}\n${payload}`).digest('base64url').slice(0, MAC_CHARS);
}

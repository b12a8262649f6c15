import { createHash } from 'node:crypto';
import type { Pace } from '@broadsheet/database';
import type { Settings } from '../host/index.ts';
import type { Letter } from '../mail/index.ts';
import { signToken, siteAddress } from './links.ts';

/** Asks an address whether it wants what somebody entered it for; carries nothing else, so that nobody is sent anything. */
export function confirmLetter(
  settings: Settings,
  {
    address,
    feed,
    pace,
    token,
    id,
    now,
  }: { address: string; feed: string; pace: Pace; token: string; id: number; now: number },
): Letter {
  const { siteName } = settings;
  return {
    kind: 'confirm',
    to: address,
    subject: `Confirm your ${pace} mail from ${siteName}`,
    text: `Somebody, probably you, asked ${siteName} for a ${pace} mail with this list:

  ${siteAddress(settings)}${feed}

To have it sent to ${address}, open this page and press the button, within two days:

  ${siteAddress(settings)}/digest/confirm/${token}

If it was not you, do nothing: no further mail will come.
`,
    key: `confirm ${id} ${now}`,
  };
}

/** For whoever asks for what they have already; at most one a day. */
export function knownLetter(
  settings: Settings,
  { id, address, link_epoch }: { id: number; address: string; link_epoch: number },
  now: number,
): Letter {
  const { siteName } = settings;
  const token = signToken(settings, 'preferences', [id, link_epoch]);
  return {
    kind: 'confirm',
    to: address,
    subject: `You already get this mail from ${siteName}`,
    text: `Somebody, probably you, asked ${siteName} for a mail that this address gets already.

Nothing has changed. What you get, and when, is here:

  ${siteAddress(settings)}/digest/preferences/${token}
`,
    key: `known ${id} ${Math.floor(now / 86_400_000)}`,
  };
}

/** To a new address of a subscriber: proves that it is theirs. */
export function changeLetter(
  settings: Settings,
  { to, token, now }: { to: string; token: string; now: number },
): Letter {
  const { siteName } = settings;
  return {
    kind: 'confirm',
    to,
    subject: `Confirm your new address for ${siteName}`,
    text: `Somebody, probably you, wants mail from ${siteName} to come to this address from now on.

To agree, open this page and press the button, within two days:

  ${siteAddress(settings)}/digest/change/${token}

If it was not you, do nothing.
`,
    key: `change ${createHash('sha256').update(to).digest('hex').slice(0, 16)} ${now}`,
  };
}

/** To the old address, so that nobody loses their mail without hearing of it. */
export function changedLetter(
  settings: Settings,
  { to, id, epoch }: { to: string; id: number; epoch: number },
): Letter {
  const { siteName } = settings;
  return {
    kind: 'notice',
    to,
    subject: `Your mail from ${siteName} goes to another address now`,
    text: `As asked for with a link from one of your mails, ${siteName} writes to another address from now on. Nothing more will come here.

If that was not you, subscribe again at ${siteAddress(settings)}/digest and tell the people who run this site.
`,
    key: `changed ${id} ${epoch}`,
  };
}

/** What a reader may be told of, the most telling first: who is concerned in two ways is told of the first. */
export const KINDS = ['reply', 'mention', 'paper', 'author'] as const;
export type NotificationKind = (typeof KINDS)[number];

export const CHANNELS = ['page', 'mail'] as const;
export type Channel = (typeof CHANNELS)[number];

export const KIND_TITLES: Record<NotificationKind, string> = {
  reply: 'Somebody answers you',
  mention: 'Somebody names you with @',
  paper: 'Somebody comments on a paper that you wrote',
  author: 'An author joins a discussion that you are in',
};

/** What holds for readers who switched nothing. */
export const DEFAULTS: Record<NotificationKind, Record<Channel, boolean>> = {
  reply: { page: true, mail: true },
  mention: { page: true, mail: true },
  paper: { page: true, mail: true },
  author: { page: true, mail: false },
};

/** What kept the store from working; each has one sentence that says what to do. */
export type StoreFault =
  | 'unreachable'
  | 'refused'
  | 'no-such-database'
  | 'full'
  | 'read-only'
  | 'damaged'
  | 'busy'
  | 'newer'
  | 'migration-failed'
  | 'bad-address'
  | 'bad-backup';

/** A fault of the store that the person who runs the site can act on; its message is one line. */
export class StoreError extends Error {
  override name = 'StoreError';
  readonly fault: StoreFault;
  constructor(fault: StoreFault, message: string, options?: { cause?: unknown }) {
    super(message.replace(/\s*\n\s*/g, ' '), options);
    this.fault = fault;
  }
}

/**
 * Says in one line what an error of the store means and what to do; undefined for any other error (a bug, a constraint).
 * @param location where the data is, for the message; see Database.location.
 */
export function explainStoreError(error: unknown, location = 'the store'): string | undefined {
  if (error instanceof StoreError) return error.message;
  const fault = faultOf(error);
  return fault && `${SENTENCES[fault](location)} (${reasonOf(error)}).`;
}

/** Which fault of the store an error is; undefined for any other error. */
export function storeFault(error: unknown): StoreFault | undefined {
  return error instanceof StoreError ? error.fault : faultOf(error);
}

/** The same as a StoreError that keeps its cause, or the error itself where it is none of the store's faults. */
export function asStoreError(error: unknown, location: string): unknown {
  const fault = error instanceof StoreError ? undefined : faultOf(error);
  return fault ? new StoreError(fault, explainStoreError(error, location) as string, { cause: error }) : error;
}

type Explained = Exclude<StoreFault, 'newer' | 'migration-failed' | 'bad-address' | 'bad-backup'>;

const SENTENCES: Record<Explained, (location: string) => string> = {
  unreachable: (at) => `The database at ${at} cannot be reached; check DATABASE_URL and that the server runs`,
  refused: (at) => `The database at ${at} refused this user; check the user, password and rights in DATABASE_URL`,
  'no-such-database': (at) => `The server has no such database: ${at}; create it (createdb) or correct DATABASE_URL`,
  full: (at) =>
    `The disk that holds ${at} is full or would not take more; free space and start again, nothing that was acknowledged is lost`,
  'read-only': (at) =>
    `${at} cannot be opened for writing; check that the folder exists and belongs to the user who runs Broadsheet`,
  damaged: (at) => `${at} is damaged or is no Broadsheet store; restore a backup (docs/guides/backup.md)`,
  busy: (at) => `${at} is held by another process that does not let go; look for a second Broadsheet, or try again`,
};

const FAULT_OF_CODE: Record<string, Explained> = {
  // Sockets and name lookups, as Node names them.
  ECONNREFUSED: 'unreachable',
  ECONNRESET: 'unreachable',
  ENOTFOUND: 'unreachable',
  EAI_AGAIN: 'unreachable',
  ETIMEDOUT: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  // PostgreSQL, appendix A of its manual.
  '57P01': 'unreachable', // the server is shutting down
  '57P02': 'unreachable', // it crashed
  '57P03': 'unreachable', // it is starting
  '53300': 'unreachable', // too many connections
  '28000': 'refused',
  '28P01': 'refused',
  '42501': 'refused',
  '3D000': 'no-such-database',
  '53100': 'full',
  '25006': 'read-only',
  XX001: 'damaged',
  XX002: 'damaged',
  '55P03': 'busy',
  // Files.
  ENOSPC: 'full',
  EDQUOT: 'full',
  EFBIG: 'full',
  EACCES: 'read-only',
  EPERM: 'read-only',
  EROFS: 'read-only',
  ENOTDIR: 'read-only',
  EEXIST: 'read-only', // a file where the data folder should be
  // SQLite; the extended codes are found by their prefix.
  SQLITE_FULL: 'full',
  SQLITE_IOERR_WRITE: 'full', // a quota or file size limit: SQLite says FULL for ENOSPC alone
  SQLITE_READONLY: 'read-only',
  SQLITE_CANTOPEN: 'read-only',
  SQLITE_PERM: 'read-only',
  SQLITE_CORRUPT: 'damaged',
  SQLITE_NOTADB: 'damaged',
  SQLITE_IOERR: 'damaged',
  SQLITE_BUSY: 'busy',
  SQLITE_LOCKED: 'busy',
};

/** pg reports these without a code. */
const LOST_CONNECTION = /timeout exceeded when trying to connect|Connection terminated|server does not support SSL/;

function faultOf(error: unknown): Explained | undefined {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (typeof code === 'string') {
    const known = FAULT_OF_CODE[code] ?? (code.startsWith('SQLITE_') ? sqliteFault(code) : undefined);
    if (known) return known;
  }
  return typeof message === 'string' && LOST_CONNECTION.test(message) ? 'unreachable' : undefined;
}

function sqliteFault(code: string): Explained | undefined {
  return FAULT_OF_CODE[code.split('_').slice(0, 2).join('_')];
}

function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  return [code, message?.split('\n')[0]].filter(Boolean).join(': ');
}

export { type ContentVersion, followContentVersion } from './content-version.ts';
export type { Database, DialectName } from './dialects/index.ts';
export { insertMany } from './insert-many.ts';
export { migrate } from './migrate.ts';
export { openDatabase } from './open.ts';
export type * from './schema.ts';
export { bumpSequence, readSequence } from './sequence.ts';
export { transaction } from './transaction.ts';

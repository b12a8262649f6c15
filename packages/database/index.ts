export type { Database, DialectName } from './dialects/index.ts';
export { migrate } from './migrate.ts';
export { openDatabase } from './open.ts';
export type * from './schema.ts';
export { bumpSequence, readSequence } from './sequence.ts';

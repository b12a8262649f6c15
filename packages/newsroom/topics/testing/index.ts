/** Topics for tests: quickly seeded ones, and small fields that an encoder tells apart. */
export { seedTopics } from './seed-topics.ts';
export { addPaper, addPapers, type Field, loadSmallTopics } from './small-field.ts';

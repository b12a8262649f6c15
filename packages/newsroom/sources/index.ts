export { ArxivApiError, parseArxivAtom } from './arxiv-api/parse.ts';
export { OaiError, parseOaiRecords } from './arxiv-oai/parse.ts';
export { huggingFaceRecord } from './huggingface/parse.ts';
export { type PullOptions, type PullReport, pullSource } from './pull.ts';
export { sources } from './registry.ts';
export type { Source } from './source.ts';
export { isOn, type SourceStatus, sourceStatus } from './status.ts';
export { askSourceNow, switchedOff, switchSource } from './switches.ts';

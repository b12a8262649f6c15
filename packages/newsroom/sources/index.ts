export { ArxivApiError, parseArxivAtom } from './arxiv-api/parse.ts';
export { OaiError, parseOaiRecords } from './arxiv-oai/parse.ts';
export { huggingFaceRecord } from './huggingface/parse.ts';

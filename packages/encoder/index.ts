export { quantised, StaticEncoder, type StaticWeights } from './encoder.ts';
export { readEncoder, writeEncoder } from './file.ts';
export type { TrainingPaper } from './pairs.ts';
export { Tokenizer } from './tokenizer.ts';
export { type TrainingOptions, trainStatic } from './train.ts';
export { type TokenizerOptions, trainTokenizer } from './train-tokenizer.ts';

export { quantised, StaticEncoder, type StaticWeights } from './encoder.ts';
export { readEncoder, writeEncoder } from './file.ts';
export { Tokenizer } from './tokenizer.ts';
export { type TrainingOptions, type TrainingPaper, trainStatic } from './train.ts';
export { type TokenizerOptions, trainTokenizer } from './train-tokenizer.ts';

import { type Paper, papers, startOf } from './stream.ts';

/** Fields by a phrase in title or abstract, so that no clustering says what a class is. */
export const REPORTED = [
  ...['gaussian splatting', 'unlearning', 'watermark', 'speech recognition', 'federated learning'],
  ...['text-to-sql', 'sign language', 'knowledge graph', 'autonomous driving', 'protein'],
];
export const CHOOSING = [
  ...['point cloud', 'code generation', 'text-to-speech', 'machine translation', 'music'],
  ...['legal', 'jailbreak', 'deepfake', 'hyperspectral', 'virtual try-on'],
];

/** Papers that topics are made from, that come before a week, of a week, and of a field in it. */
export const [FIRST, BEFORE, WEEK, FIELD] = [2500, 2800, 600, 50];
export const CLUSTERS = 50;

/** Papers that fields are planted into, and taken from. */
export const planting = (): Paper[] => papers.filter(({ day }) => day >= '2025-03-15' && day < startOf(0));

export const has = (phrase: string) => (paper: Paper) => paper.text.toLowerCase().includes(phrase);

/** New classes in a stream that mostly brings none: the gate before a stage of Happy, and ids that stay. Ours. */
export { type Excess, excessOf } from './gate.ts';
export { layOut, type Place } from './layout.ts';
export { DORMANT_AFTER, matchRerun } from './ledger.ts';
export { cohesionOf, modesOf, type Proposal, type ProposalRules, proposalsOf } from './modes.ts';
export { productsOf } from './products.ts';
export { type DenseGroup, denseGroups, SCAN_LEVEL, type ScanRules } from './scan.ts';
export { FAST_BLOCK, type FastProducts, productsWith } from './simd-products.ts';
export { type Grouping, sphericalKMeans } from './spherical-k-means.ts';

/** The lab on the server: recorded and stored runs, the claims' states, and the jobs that carry runs out. */
export { findNativeFolder } from '@broadsheet/engine/node';
export { confirmationPath, type RunResult, SIZES, type Size } from '@broadsheet/experiments';
export { type Asked, type Asker, askForRun, cancelRun, type Refusal, SERVER_SIZES } from './ask.ts';
export { type ClaimState, claimStates, listClaims } from './claims.ts';
export { experimentData } from './data.ts';
export { type EventBatch, followRun } from './events.ts';
export { equip, type Laboratory, laboratoryOf } from './experiments.ts';
export { markPapers } from './mark-papers.ts';
export { type NodeExecutor, nodeExecutor } from './node-executor.ts';
export { findRecorded, type RecordedRun, recordedRuns, recordedTally } from './recorded.ts';
export { type HereOptions, type HereResult, replayHere, runHere } from './run-here.ts';
export { countRuns, findRun, type RunProgressNow, resultOf, runsInHand, type StoredRun } from './runs.ts';
export { writeWhole } from './unit-folder.ts';
export { startLabWorker } from './worker.ts';

import { loadNativeRuntime } from '../node/runtimes.ts';
import { executorContract } from './executor.contract.ts';

executorContract('native', async () => loadNativeRuntime());

import { whyMissing } from '../runtimes.ts';
import { executorContract } from './executor.contract.ts';

// No browser here: apps/site/e2e asks one. The reason stands in the output.
executorContract('webgpu', async () => whyMissing('webgpu'));

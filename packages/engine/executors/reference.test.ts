import { executorContract } from './executor.contract.ts';

executorContract('reference', async () => undefined);

import { migrate } from '../migrate.ts';
import { storeFromParent } from '../testing.ts';

// A process that starts: it migrates when its parent says so, and reports what it applied.
process.once('message', async () => {
  try {
    const database = storeFromParent();
    process.send?.({ applied: await migrate(database) });
    await database.close();
  } catch (error) {
    process.send?.({ error: String(error) });
  }
  process.disconnect();
});
process.send?.('ready');

import type { Database } from '@broadsheet/database';
import { type Jobs, openJobs } from '@broadsheet/database/jobs';
import { localReader } from '../../accounts/index.ts';
import { hostOn } from '../../testing/host.ts';
import { type DecisionState, readDecision } from '../index.ts';
import { addLocalModel, startSceneModel } from './index.ts';
import type { ModelServer } from './model-server.ts';
import { scene } from './scene.ts';

type Host = Awaited<ReturnType<typeof hostOn>>;

/** What a test of decisions stands on: a store, a host, jobs and an owner of its own. */
export interface Room {
  readonly database: Database;
  readonly host: Host;
  readonly jobs: Jobs;
  readonly owner: { readonly id: number; readonly name: string };
  /** What the owner does. */
  of(): ReturnType<typeof scene>;
  /** A decision as it is on record now. */
  newest(state: { readonly id: string }): Promise<DecisionState>;
  /** A model on loopback, at the endpoint “local”, that can be told to be slow or to break. */
  withServer(): Promise<ModelServer>;
  close(): Promise<void>;
}

/** @param open a store that is disposed with the room */
export async function openRoom(
  open: () => Promise<Database & { dispose(): Promise<void> }>,
  { env }: { env?: Record<string, string> } = {},
): Promise<Room> {
  const database = await open();
  const host = await hostOn(database, { env });
  const jobs = await openJobs(database);
  const owner = await localReader(host);
  const servers: ModelServer[] = [];
  return {
    database,
    host,
    jobs,
    owner,
    of: () => scene(host, owner.id),
    newest: async ({ id }) => (await readDecision(host.database.db, id)) as DecisionState,
    async withServer() {
      const server = await startSceneModel();
      servers.push(server);
      await addLocalModel(host, server, { windowTokens: 8192 });
      return server;
    },
    async close() {
      await Promise.all(servers.map((server) => server.close()));
      await jobs.close();
      await host.close();
      await database.dispose();
    },
  };
}

import type { Host } from '../host/index.ts';
import { PARTS } from './parts.ts';

/** Everything that this site keeps of a reader, as they may take it with them. */
export async function exportReader(host: Host, readerId: number): Promise<Record<string, unknown>> {
  const { db } = host.database;
  const parts: Record<string, unknown> = {};
  for (const part of PARTS) parts[part.name] = await part.exportFor(host, db, readerId);
  return { site: host.settings.siteName, exportedAt: new Date(host.now()).toISOString(), ...parts };
}

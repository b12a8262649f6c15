import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Message } from '../compose.ts';
import type { Transport } from './transport.ts';

/**
 * Writes letters to `outbox/*.eml` of the data folder, for a site without a mail server. Named by Message-ID and moved
 * into place, so that a letter written twice is one file.
 */
export function fileTransport(dataDir: string): Transport {
  const folder = join(dataDir, 'outbox');
  return {
    name: `files in ${folder}`,
    async deliver({ messageId, bytes }: Message, enterDoubt) {
      try {
        // Letters hold links that sign people in.
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await enterDoubt(new AbortController().signal);
        const file = join(folder, `${messageId.slice(1, messageId.indexOf('@'))}.eml`);
        await writeFile(`${file}.part`, bytes, { mode: 0o600 });
        await rename(`${file}.part`, file);
        return { kind: 'sent', reply: file };
      } catch (error) {
        return { kind: 'unavailable', error: `${folder}: ${(error as Error).message}` };
      }
    },
    close: async () => undefined,
  };
}

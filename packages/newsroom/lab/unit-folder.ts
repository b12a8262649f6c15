import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { UnitResult, UnitStore, WorkUnit } from '@broadsheet/experiments/runner';

/** Finished units as files of a folder, one each: a run that was stopped or killed goes on where it was. */
export function unitFolder(folder: string): UnitStore {
  const path = (key: string) => join(folder, `${key}.json`);
  return {
    async load(key) {
      try {
        return (JSON.parse(await readFile(path(key), 'utf8')) as { result: UnitResult }).result;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined;
        throw new Error(`${path(key)} cannot be read: ${(error as Error).message}`, { cause: error });
      }
    },
    async save(key, unit, result) {
      await mkdir(folder, { recursive: true });
      await writeWhole(path(key), JSON.stringify({ unit: namesOf(unit), result }));
    },
  };
}

/** Written beside and renamed, so that a kill leaves either the old file or the new one. */
export async function writeWhole(path: string, text: string | Uint8Array): Promise<void> {
  const unfinished = `${path}.${process.pid}.part`;
  const file = await open(unfinished, 'w');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
}

/** Enough for a person to tell the files apart. */
function namesOf({ experiment, part, seeds, executor }: WorkUnit) {
  return { experiment, part, seeds, executor };
}

import type { Database } from '@broadsheet/database';
import { type EncoderSetting, openEncoder, type SearchEncoder } from './encoders/index.ts';
import { followVectors } from './follow-vectors.ts';
import { answerRequests } from './helper-requests.ts';
import { storeName } from './index-file.ts';
import type { VectorsRequest, VectorsSaid } from './indexer-messages.ts';

const encoders = new Map<string, Promise<SearchEncoder | undefined>>();

answerRequests(followMeanings);

/** Without an encoder, or with one that fails, words are found all the same. */
async function followMeanings(
  db: Database['db'],
  { dataDir, target, encoder: setting }: VectorsRequest,
  say: (said: VectorsSaid) => void,
): Promise<void> {
  const warn = (message: string) => say({ kind: 'warning', message });
  try {
    const encoder = await encoderOf(setting);
    if (!encoder) return;
    const owner = await storeName(db);
    const { index } = await followVectors(db, { encoder, owner, dataDir, target, warn });
    say({ kind: 'vectors', vectors: index.shared });
  } catch (error) {
    warn(`search goes by words alone, as texts could not be encoded: ${(error as Error).message}`);
  }
}

function encoderOf(setting: EncoderSetting): Promise<SearchEncoder | undefined> {
  const known = encoders.get(setting.name);
  if (known) return known;
  const opened = openEncoder(setting);
  encoders.set(setting.name, opened);
  // One that could not be had is asked for again the next time.
  opened.catch(() => encoders.delete(setting.name));
  return opened;
}

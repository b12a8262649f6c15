import type { Host } from '../host/index.ts';
import { openEncoder, type SearchEncoder } from './encoders/index.ts';

/** A remote encoder that has not answered by then is not waited for: words have. */
const PATIENCE_MS = 1_500;

const encoders = new Map<string, Promise<SearchEncoder | undefined>>();

/** A question as a vector; undefined where there is no encoder, or where it does not answer in time. */
export async function encodedQuery(host: Host, text: string): Promise<Float32Array | undefined> {
  const { encoder: setting } = host.settings;
  let encoder = encoders.get(setting.name);
  if (!encoder) {
    encoder = openEncoder(setting);
    encoders.set(setting.name, encoder);
    // One that could not be had is asked for again the next time.
    encoder.catch(() => encoders.delete(setting.name));
  }
  const encoded = encoder.then((opened) => opened?.encode([text])).then((vectors) => vectors?.[0]);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, undefined);
  });
  try {
    return await Promise.race([encoded, late]);
  } catch (error) {
    host.log.warn('a question could not be encoded', { error });
    return undefined;
  } finally {
    clearTimeout(timer);
    // What comes too late, or fails then, is of no use to anybody.
    encoded.catch(() => undefined);
  }
}

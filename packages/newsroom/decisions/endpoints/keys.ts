import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { type Host, siteKey } from '../../host/index.ts';

/**
 * Keys of model servers at rest: AES-256-GCM under a key of this site that is not in the store. The origin is bound to
 * it, so that a key cannot be sent elsewhere by changing the address beside it.
 */
export function sealKey(host: Host, origin: string, key: string): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', masterKey(host), iv).setAAD(Buffer.from(origin));
  const sealed = Buffer.concat([cipher.update(key, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
}

/** @returns null where it was sealed for another origin or by another site */
export function openKey(host: Host, origin: string, sealed: string): string | null {
  const bytes = Buffer.from(sealed, 'base64url');
  try {
    const decipher = createDecipheriv('aes-256-gcm', masterKey(host), bytes.subarray(0, 12)).setAAD(
      Buffer.from(origin),
    );
    decipher.setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}

function masterKey(host: Host): Buffer {
  return siteKey(host.settings, 'model keys');
}

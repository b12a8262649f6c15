import { createHash, randomBytes } from 'node:crypto';

/** A secret that nobody guesses: 256 bits, in letters that stand in addresses, cookies and headers as they are. */
export function newSecret(prefix = ''): string {
  return prefix + randomBytes(32).toString('base64url');
}

/**
 * What of a secret is stored. One round of SHA-256 and no salt is enough for secrets of 256 random bits, and is found by
 * an index; who reads the store can use none of them.
 */
export function fingerprint(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

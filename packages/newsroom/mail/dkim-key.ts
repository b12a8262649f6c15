import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Settings, secretsFolder } from '../host/index.ts';
import { domainOf } from './address.ts';

/** RFC 8301 §3.2: at least 1024 bits, 2048 advised; longer ones do not fit a DNS packet. */
const BITS = 2048;

/** The key that letters are signed with, made where it is missing, and the DNS record that receivers look for. */
export function ensureDkimKey(settings: Settings): {
  file: string;
  isNew: boolean;
  record: { name: string; value: string };
} {
  const file = join(secretsFolder(settings.dataDir), 'dkim.pem');
  const isNew = !existsSync(file);
  if (isNew) {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: BITS });
    writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  }
  const publicKey = createPublicKey(createPrivateKey(readFileSync(file, 'utf8')));
  const selector = settings.mail.dkim?.selector ?? 'papers';
  return {
    file,
    isNew,
    record: {
      name: `${selector}._domainkey.${domainOf(settings.mail.from.address)}`,
      value: `v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`,
    },
  };
}

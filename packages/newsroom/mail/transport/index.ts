import type { Settings } from '../../host/index.ts';
import { fileTransport } from './files.ts';
import { smtpTransport } from './smtp.ts';
import type { Transport } from './transport.ts';

export type { Outcome, Transport } from './transport.ts';

/** How this site's letters leave: over SMTP where a server is named, else into files. */
export function transportOf({ mail, dataDir }: Settings): Transport {
  return mail.smtpUrl ? smtpTransport({ ...mail, smtpUrl: mail.smtpUrl }) : fileTransport(dataDir);
}

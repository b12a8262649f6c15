import { createAdminToken } from '@broadsheet/newsroom/accounts';
import type { Command } from '../command.ts';

export const command: Command = {
  name: 'admin-token',
  summary: 'Makes a new one-time token for an administrator; one that was printed before no longer works.',
  usage: '',
  async run({ host, flags, stdout }) {
    const token = await createAdminToken(host, { again: true });
    const address = `${host.settings.baseUrl ?? ''}/admin`;
    stdout.write(flags.json ? `${JSON.stringify({ token, address })}\n` : `Enter it once at ${address}\n  ${token}\n`);
    return 0;
  },
};

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const POSTFIX = '/usr/sbin/postfix';

/** Why there is no postfix to test with; undefined where there is. Its master wants to be started by root. */
export const noPostfix = !existsSync(POSTFIX)
  ? 'postfix is not installed'
  : process.getuid?.() !== 0
    ? 'postfix is started by root only'
    : undefined;

/** A postfix of our own on a free port of loopback, beside whatever runs here; all it takes it puts into one Maildir. */
export async function startPostfix() {
  const dir = mkdtempSync(join(tmpdir(), 'broadsheet-postfix-'));
  const port = await freePort();
  const [config, queue, data, mail] = ['config', 'queue', 'data', 'mail'].map((name) => join(dir, name));
  for (const folder of [config, queue, data, mail]) mkdirSync(folder);
  execFileSync('chmod', ['755', dir]);
  execFileSync('chown', ['postfix', data, mail]);
  const ids = readFileSync('/etc/passwd', 'utf8').match(/^postfix:[^:]*:(\d+):(\d+):/m);
  writeFileSync(
    join(config, 'main.cf'),
    mainCf({ queue, data, mail, uid: ids?.[1] ?? '', gid: ids?.[2] ?? '', log: join(dir, 'log') }),
  );
  writeFileSync(join(config, 'master.cf'), masterCf(port));
  execFileSync(POSTFIX, ['-c', config, 'start'], { stdio: 'pipe' });
  const arrived = join(mail, 'all', 'new');
  return {
    url: `smtp://127.0.0.1:${port}`,
    /** How many letters lie in the mailbox. */
    count: () => (existsSync(arrived) ? readdirSync(arrived).length : 0),
    letters: () => readdirSync(arrived).map((name) => readFileSync(join(arrived, name))),
    stop: () => {
      execFileSync(POSTFIX, ['-c', config, 'stop'], { stdio: 'pipe' });
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

interface Places {
  queue: string;
  data: string;
  mail: string;
  uid: string;
  gid: string;
  log: string;
}

function mainCf({ queue, data, mail, uid, gid, log }: Places): string {
  return `compatibility_level = 3.6
queue_directory = ${queue}
data_directory = ${data}
maillog_file = ${log}
maillog_file_prefixes = /var, /dev/stdout, ${tmpdir()}
myhostname = mx.example.org
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
mydestination =
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_peername_lookup = no
virtual_mailbox_domains = static:all
virtual_mailbox_base = ${mail}
virtual_mailbox_maps = static:all/
virtual_minimum_uid = 1
virtual_uid_maps = static:${uid}
virtual_gid_maps = static:${gid}
`;
}

function masterCf(port: number): string {
  const services = [
    `127.0.0.1:${port} inet n - n - - smtpd`,
    ...['cleanup unix n - n - 0 cleanup', 'qmgr unix n - n 300 1 qmgr', 'rewrite unix - - n - - trivial-rewrite'],
    ...['bounce', 'defer', 'trace'].map((name) => `${name} unix - - n - 0 bounce`),
    ...['proxymap unix - - n - - proxymap', 'error unix - - n - - error', 'retry unix - - n - - error'],
    ...['virtual unix - n n - - virtual', 'anvil unix - - n - 1 anvil', 'postlog unix-dgram n - n - 1 postlogd'],
  ];
  return `${services.join('\n')}\n`;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

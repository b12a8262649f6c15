import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openPostgres } from './dialects/postgres.ts';
import { openSqlite } from './dialects/sqlite.ts';
import { explainStoreError, StoreError } from './errors.ts';
import { migrate } from './migrate.ts';
import { openDatabase } from './open.ts';
import { temporarySqlite, testPostgresUrl } from './testing.ts';
import { transaction } from './transaction.ts';

const folder = mkdtempSync(join(tmpdir(), 'broadsheet-faults-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('faults of a store on SQLite', () => {
  test('a folder that may not be written to', () => {
    const dir = join(folder, 'read-only');
    mkdirSync(dir);
    chmodSync(dir, 0o555);
    chmodSync(folder, 0o755);
    // Root may write anywhere, so the attempt is made as a user who may not.
    const script = `
      const { openDatabase } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)});
      if (process.getuid?.() === 0) { process.setgid(65534); process.setuid(65534); }
      try { openDatabase({ dataDir: ${JSON.stringify(dir)} }); } catch (error) { console.log(error.name + ': ' + error.message); }`;
    const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect(printed).toMatch(/^StoreError: .*read-only.*cannot be opened for writing; check that the folder/);
    expect(printed.trim().split('\n')).toHaveLength(1);
  });

  test('a file where the data folder should be', () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, '');
    expectFault(() => openDatabase({ dataDir: file }), 'read-only');
    expectFault(() => openDatabase({ dataDir: join(file, 'deeper') }), 'read-only');
  });

  test('a file that is no store', () => {
    const dir = join(folder, 'foreign');
    mkdirSync(dir);
    writeFileSync(join(dir, 'broadsheet.sqlite'), 'These are the minutes of a meeting. '.repeat(200));
    const error = expectFault(() => openDatabase({ dataDir: dir }), 'damaged');
    expect(error.message).toContain('restore a backup');
  });

  test('a store that lost its second half', async () => {
    const store = await temporarySqlite();
    const rows = Array.from({ length: 400 }, (_, i) => ({ key: `k${i}`, value_json: 'x'.repeat(2_000) }));
    for (const row of rows) await store.db.insertInto('setting').values(row).execute();
    await store.close();
    truncateSync(store.location, 300_000);
    const error = await faultOf(async () => {
      const damaged = openSqlite(store.location);
      try {
        await transaction(damaged, (db) => db.selectFrom('setting').selectAll().execute());
      } finally {
        await damaged.close();
      }
    });
    expect(error.fault).toBe('damaged');
    await store.dispose();
  });

  test('a full disk: one line, and what was acknowledged before is there', async () => {
    const store = await temporarySqlite();
    // SQLite answers for its own limit as for a disk without space (SQLITE_FULL).
    const pages = store.raw.pragma('page_count', { simple: true }) as number;
    store.raw.pragma(`max_page_count = ${pages + 20}`);
    let acknowledged = 0;
    const error = await faultOf(async () => {
      for (let i = 0; i < 1_000; i++) {
        const row = { key: `k${i}`, value_json: 'x'.repeat(3_000) };
        await transaction(store, (db) => db.insertInto('setting').values(row).execute());
        acknowledged++;
      }
    });
    expect(error.fault).toBe('full');
    expect(error.message).toContain('nothing that was acknowledged is lost');
    expect(acknowledged).toBeGreaterThan(5);
    await store.close();
    const again = openSqlite(store.location);
    expect(again.raw.prepare('select count(*) from setting').pluck().get()).toBe(acknowledged);
    expect(again.raw.pragma('integrity_check', { simple: true })).toBe('ok');
    await again.close();
    await store.dispose();
  });

  test.skipIf(process.platform === 'win32')('a limit on file sizes, as a quota sets it', async () => {
    const store = await temporarySqlite();
    await store.close();
    const script = `
      import { openSqlite } from ${JSON.stringify(new URL('./dialects/sqlite.ts', import.meta.url).href)};
      import { transaction } from ${JSON.stringify(new URL('./transaction.ts', import.meta.url).href)};
      const store = openSqlite(${JSON.stringify(store.location)});
      let acknowledged = 0;
      try {
        for (let i = 0; ; i++) {
          await transaction(store, (db) => db.insertInto('setting').values({ key: 'k' + i, value_json: 'x'.repeat(3000) }).execute());
          acknowledged++;
        }
      } catch (error) { console.log(JSON.stringify({ acknowledged, fault: error.fault })); }`;
    const limited = ['-c', `ulimit -f 1024; exec "$0" --input-type=module -e "$1"`, process.execPath, script];
    const { stdout, stderr } = spawnSync('bash', limited, { encoding: 'utf8' });
    expect(stdout, stderr).not.toBe('');
    const { acknowledged, fault } = JSON.parse(stdout) as { acknowledged: number; fault: string };
    expect(fault).toBe('full');
    const again = openSqlite(store.location);
    expect(again.raw.prepare('select count(*) from setting').pluck().get()).toBe(acknowledged);
    await again.close();
    await store.dispose();
  });
});

describe('faults of a store on PostgreSQL', () => {
  test('a server that is not there, with the password left out of the line', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    const error = await migrationFault(`postgres://who:secret@127.0.0.1:${port}/news`);
    expect(error.fault).toBe('unreachable');
    expect(error.message).toContain(`127.0.0.1:${port}`);
    expect(error.message).not.toContain('secret');
  });

  test('a name that no server has', async () => {
    const error = await migrationFault('postgres://who@no-such-host.invalid/news');
    expect(error.fault).toBe('unreachable');
  });

  test('an address of another kind, or none', () => {
    const mysql = expectFault(() => openDatabase({ url: 'mysql://root:secret@db/x', dataDir: folder }), 'bad-address');
    expect(mysql.message).toContain('expected postgres://user:password@host:5432/database');
    expect(mysql.message).not.toContain('secret');
    const broken = expectFault(() => openDatabase({ url: 'postgres://u:a b#c@:x/y', dataDir: folder }), 'bad-address');
    expect(broken.message).not.toContain('a b');
  });

  describe.skipIf(!testPostgresUrl)(
    `with a server${testPostgresUrl ? '' : ' (skipped: BROADSHEET_TEST_POSTGRES is not set)'}`,
    () => {
      const changed = (change: (url: URL) => void) => {
        const url = new URL(testPostgresUrl as string);
        change(url);
        return url.href;
      };

      test('a wrong password', async () => {
        const error = await migrationFault(
          changed((url) => {
            url.username = 'nobody_of_this_name';
            url.password = 'wrong';
          }),
        );
        expect(error.fault).toBe('refused');
        expect(error.message).not.toContain('wrong');
      });

      test('a database that does not exist', async () => {
        const error = await migrationFault(
          changed((url) => {
            url.pathname = '/no_such_database_here';
          }),
        );
        expect(error.fault).toBe('no-such-database');
        expect(error.message).toContain('createdb');
      });
    },
  );
});

test('an error of the program is not explained away', () => {
  expect(explainStoreError(new TypeError('x is not a function'))).toBeUndefined();
  const constraint = Object.assign(new Error('UNIQUE constraint failed'), { code: 'SQLITE_CONSTRAINT_UNIQUE' });
  expect(explainStoreError(constraint)).toBeUndefined();
  expect(explainStoreError(undefined)).toBeUndefined();
});

async function migrationFault(url: string): Promise<StoreError> {
  const database = openPostgres(url);
  try {
    return await faultOf(() => migrate(database));
  } finally {
    await database.close();
  }
}

async function faultOf(work: () => Promise<unknown>): Promise<StoreError> {
  try {
    await work();
  } catch (error) {
    expect(error).toBeInstanceOf(StoreError);
    expect((error as StoreError).message).not.toContain('\n');
    return error as StoreError;
  }
  throw new Error('nothing failed');
}

function expectFault(work: () => unknown, fault: string): StoreError {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(StoreError);
    expect((error as StoreError).fault).toBe(fault);
    return error as StoreError;
  }
  throw new Error('nothing failed');
}

import { chromium } from 'playwright-core';

const base = process.argv[2] || 'http://localhost:8099';
const list = process.argv.slice(3);
const b = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
for (const item of list) {
  const [name, path, w, scheme, full] = item.split('|');
  const p = await b.newPage({ viewport: { width: +w, height: +w < 500 ? 800 : 900 }, colorScheme: scheme });
  p.on('console', (m) => {
    if (m.type() === 'error') console.log(name, m.text());
  });
  await p.goto(base + path);
  await p.waitForTimeout(400);
  await p.screenshot({ path: `/tmp/shots/${name}.png`, fullPage: full === 'full' });
  await p.close();
}
await b.close();

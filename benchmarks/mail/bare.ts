import { readFileSync } from 'node:fs';
import { createTransport } from 'nodemailer';

// The peer: nodemailer's own pool sends the same bytes as often; it renders nothing and remembers nothing.
const [url, file, letters] = process.argv.slice(2);
const { hostname, port } = new URL(url);
const raw = readFileSync(file);
const transport = createTransport({
  pool: true,
  host: hostname,
  port: Number(port),
  ignoreTLS: true,
  maxConnections: 4,
  maxMessages: Number.POSITIVE_INFINITY,
});
const cpu = process.cpuUsage();
const startedAt = performance.now();
let next = 0;
const work = async () => {
  for (let i = next++; i < Number(letters); i = next++) {
    await transport.sendMail({ envelope: { from: 'papers@example.org', to: [`reader-${i}@example.com`] }, raw });
  }
};
await Promise.all(Array.from({ length: 8 }, work));
const { user, system } = process.cpuUsage(cpu);
process.send?.({ ms: performance.now() - startedAt, cpuMs: (user + system) / 1000 });
transport.close();
process.exit(0);

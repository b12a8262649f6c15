/**
 * How a training step and the kernel grow with the units N, the steps T and the seeds trained together: processor time
 * and memory, one thread, each point in a process of its own. Draws docs/pictures/connectivity-growth.svg.
 *
 *   node benchmarks/connectivity/growth.ts
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compile, compileStep, type Tensor, tensor, vmap } from '../../packages/engine/index.ts';
import { loadNativeRuntime } from '../../packages/engine/node/runtimes.ts';
import { createRng } from '../../packages/engine/stats/index.ts';
import { type TrainingState, tracedKernels, tracedStep } from '../../packages/methods/connectivity/index.ts';
import { median } from '../statistics.ts';

interface Size {
  units: number;
  steps: number;
  seeds: number;
}
interface Measured {
  stepMs: number;
  kernelMs: number;
  memoryMb: number;
}
const USUAL: Size = { units: 100, steps: 8, seeds: 10 };
const BATCH = 16;
const PROBE = 8;
const SWEEPS = {
  units: [25, 50, 100, 200, 300],
  steps: [4, 8, 16, 32],
  seeds: [1, 2, 5, 10, 20, 40],
} as const;
const LABELS = { units: 'units N', steps: 'steps T', seeds: 'seeds together' };

if (process.argv[2]) process.stdout.write(JSON.stringify(await measure(JSON.parse(process.argv[2]) as Size)));
else sweep();

function sweep(): void {
  const self = fileURLToPath(import.meta.url);
  const found = (Object.keys(SWEEPS) as (keyof typeof SWEEPS)[]).map((axis) => ({
    axis,
    points: SWEEPS[axis].map((value) => {
      const size = { ...USUAL, [axis]: value };
      const measured = JSON.parse(
        execFileSync(process.execPath, [self, JSON.stringify(size)], { encoding: 'utf8' }),
      ) as Measured;
      process.stdout.write(`${LABELS[axis]} ${value}: ${JSON.stringify(measured)}\n`);
      return { value, ...measured };
    }),
  }));
  writeFileSync(fileURLToPath(new URL('../../docs/pictures/connectivity-growth.svg', import.meta.url)), draw(found));
}

async function measure({ units, steps, seeds }: Size): Promise<Measured> {
  const why = loadNativeRuntime();
  if (why) throw new Error(why);
  const rng = createRng('growth');
  const normal = (shape: number[], deviation: number): Tensor =>
    tensor(
      Float32Array.from(
        rng.normals(
          shape.reduce((a, b) => a * b),
          0,
          deviation,
        ),
      ),
      shape,
    );
  const still = ({ shape, data }: Tensor) => tensor(new Float32Array(data.length), shape);
  const weightsOf = (lead: number[]) => ({
    wx: normal([...lead, units, 3], 0.3),
    wh: normal([...lead, units, units], 1.25 / Math.sqrt(units)),
    wo: normal([...lead, 3, units], 1 / Math.sqrt(units)),
  });
  const weights = weightsOf([seeds]);
  const moves = { wx: still(weights.wx), wh: still(weights.wh), wo: still(weights.wo) };
  const shape = { steps, batch: BATCH, alpha: 1 };
  const one = (state: TrainingState, x: never, y: never) =>
    tracedStep(state, x, y, { ...shape, learningRate: 0.001, momentum: 0.9 });
  const step = (state: never, batch: { x: never; y: never }) => {
    const next = (vmap(one as never) as unknown as typeof one)(state, batch.x, batch.y);
    return [next.state, next.loss] as const;
  };
  const uniform = tensor(new Float32Array(seeds * steps * BATCH * 3).fill(1 / 3), [seeds, steps, BATCH, 3]);
  const batch = { x: normal([seeds, steps, BATCH, 3], 0.5), y: uniform };
  const options = { executor: 'native', threads: 1 } as const;
  const training = await compileStep(step as never, { state: { weights, moves }, batch }, options);
  const stepMs = await timed(() => training.step(batch));

  const net = weightsOf([]);
  const x = normal([steps, PROBE, 3], 0.5);
  const kernels = ((w: never, inputs: never) => tracedKernels(w, inputs, { steps, batch: PROBE, alpha: 1 })) as never;
  const program = await compile(kernels, [net, x], options);
  const kernelMs = await timed(() => program.run(net, x));
  return { stepMs, kernelMs, memoryMb: Math.round(process.memoryUsage().rss / 2 ** 20) };
}

/** Processor milliseconds of one call: the median of nine groups. */
async function timed(call: () => Promise<unknown>): Promise<number> {
  for (let i = 0; i < 3; i++) await call();
  const groups: number[] = [];
  for (let group = 0; group < 9; group++) {
    const used = process.cpuUsage();
    let count = 0;
    const until = performance.now() + 60;
    while (performance.now() < until || count === 0) {
      await call();
      count++;
    }
    const { user, system } = process.cpuUsage(used);
    groups.push((user + system) / 1000 / count);
  }
  return Number(median(groups).toFixed(3));
}

type Found = { axis: keyof typeof SWEEPS; points: ({ value: number } & Measured)[] }[];

/** Three panels, both axes logarithmic: step and kernel in ms, memory in MB. */
function draw(found: Found): string {
  const [width, height, margin] = [260, 200, 46];
  const series = [
    { key: 'stepMs', label: 'step, ms', color: '#2a6f97' },
    { key: 'kernelMs', label: 'kernel of one net, ms', color: '#c1666b' },
    { key: 'memoryMb', label: 'memory, MB', color: '#6a994e' },
  ] as const;
  const y = (value: number) => height - ((Math.log10(value) + 1) / 5) * height; // 0.1 … 10,000
  const panels = found.map(({ axis, points }, panel) => {
    const values = points.map((point) => point.value);
    const [low, high] = [Math.log(values[0]), Math.log(values[values.length - 1])];
    const x = (value: number) => ((Math.log(value) - low) / (high - low)) * width;
    const lines = series.map(({ key, color }) => {
      const places = points.map((point) => `${x(point.value).toFixed(1)},${y(point[key]).toFixed(1)}`);
      const marks = places.map(
        (place) => `<circle cx="${place.split(',')[0]}" cy="${place.split(',')[1]}" r="3" fill="${color}"/>`,
      );
      return `<polyline points="${places.join(' ')}" fill="none" stroke="${color}" stroke-width="2"/>${marks.join('')}`;
    });
    const ticks = values.map(
      (value) => `<text x="${x(value).toFixed(1)}" y="${height + 16}" text-anchor="middle">${value}</text>`,
    );
    const grid = [0.1, 1, 10, 100, 1000, 10_000].map(
      (value) =>
        `<line x1="0" x2="${width}" y1="${y(value)}" y2="${y(value)}" stroke="#999" stroke-opacity=".3"/>${panel === 0 ? `<text x="-8" y="${y(value) + 4}" text-anchor="end">${value}</text>` : ''}`,
    );
    return `<g transform="translate(${margin + panel * (width + 40)},${margin})">${grid.join('')}${lines.join('')}${ticks.join('')}<text x="${width / 2}" y="${height + 34}" text-anchor="middle">${LABELS[axis]}</text></g>`;
  });
  const key = series.map(
    ({ label, color }, i) =>
      `<g transform="translate(${margin + i * 220},22)"><circle r="4" cy="-4" fill="${color}"/><text x="10">${label}</text></g>`,
  );
  const full = margin + found.length * (width + 40);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${full} ${height + margin + 46}" font-family="sans-serif" font-size="12" fill="#555"><title>How a training step, the kernel and memory grow with units, steps and seeds</title>${key.join('')}${panels.join('')}</svg>\n`;
}

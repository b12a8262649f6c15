import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { cases } from '../executors/testing/cases.ts';
import { trace } from '../trace.ts';
import { isTranslatable } from './index.ts';

/** Matrix decompositions: ONNX has no operators for them (decision 0401). */
const REFUSED = ['cholesky', 'jacobi_eigh', 'lu', 'triangular_solve'];

/** The primitives for which the installed jax-js has a shape rule: all that a trace can hold. */
function primitivesOfJaxJs(): string[] {
  const dist = dirname(fileURLToPath(import.meta.resolve('@jax-js/jax')));
  const sources = readdirSync(dist).filter((name) => name.endsWith('.js'));
  const source = sources.map((name) => readFileSync(join(dist, name), 'utf8')).join('\n');
  const rules = /const abstractEvalRules = \{\n([\s\S]*?)\n\};/.exec(source)?.[1] ?? '';
  return [...rules.matchAll(/^\t\["(\w+)"\]/gm)].map((match) => match[1]).sort();
}

test('every primitive of the installed jax-js is translated or refused by name', () => {
  const known = primitivesOfJaxJs();
  expect(known.length).toBeGreaterThan(40);
  expect(known.filter((primitive) => !isTranslatable(primitive))).toEqual(REFUSED);
});

test('every translation is used by a case that all executors run', async () => {
  const used = new Set<string>(['jit']);
  for (const { fn, inputs, name } of cases) {
    const { program } = await trace(fn as never, { list: inputs.map(() => 'leaf') }, inputs, name);
    for (const equation of program.jaxpr.flatten().eqns) used.add(equation.primitive);
  }
  const unused = primitivesOfJaxJs().filter((primitive) => isTranslatable(primitive) && !used.has(primitive));
  expect(unused).toEqual([]);
});

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canonicalJson } from '../result.ts';
import { sha256 } from '../sha256.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const IMPORT = /(?:from\s*|import\s*\(?\s*)['"]([^'"]+)['"]/g;
const TYPE_IMPORT = /^\s*(?:import|export)\s+type\b[^'";]*?from\s*['"][^'"]+['"]/gm; // changes no number

/**
 * Content hash of everything that makes an experiment's numbers: its definition and all that it imports, through the
 * rooms engine, methods and datasets, and the versions of the packages from outside. Tests, pages and recorded runs are
 * not in it, so that only a change of the code itself makes a recorded run stale.
 */
export function sourcesHash(experimentId: string): string {
  const definition = join(ROOT, 'packages/experiments', experimentId, 'experiment.ts');
  if (!existsSync(definition))
    throw new Error(`There is no experiment "${experimentId}": ${relative(ROOT, definition)} does not exist.`);
  return hashOfClosure(definition);
}

/** The hash of a module and of all that it imports, by content and by path below the project's root. */
export function hashOfClosure(entry: string): string {
  return sha256(canonicalJson(closureOf(entry)));
}

/** Path → hash of its text for each module reached from `entry`; package → version for each from outside. */
export function closureOf(entry: string): Record<string, string> {
  const found: Record<string, string> = {};
  const queue = [entry];
  for (let file = queue.pop(); file; file = queue.pop()) {
    const path = relative(ROOT, file).split(sep).join('/');
    if (path in found) continue;
    const text = readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
    found[path] = sha256(text);
    if (!file.endsWith('.ts')) continue;
    for (const [, specifier] of text.replace(TYPE_IMPORT, '').matchAll(IMPORT)) {
      if (specifier.startsWith('node:')) continue;
      if (specifier.startsWith('.')) queue.push(resolve(dirname(file), specifier));
      else if (specifier.startsWith('@broadsheet/')) queue.push(createRequire(file).resolve(specifier));
      else found[packageOf(specifier)] = versionOf(file, packageOf(specifier));
    }
  }
  return found;
}

/** 'onnxruntime-web/wasm' → 'onnxruntime-web'. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** The version that the nearest package.json asks for; ours are pinned exactly. */
function versionOf(file: string, name: string): string {
  for (let folder = dirname(file); folder.startsWith(resolve(ROOT)); folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (!existsSync(manifest)) continue;
    const facts = JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, Record<string, string> | undefined>;
    const version = { ...facts.optionalDependencies, ...facts.dependencies }[name];
    if (version) return version;
  }
  return 'unlisted';
}

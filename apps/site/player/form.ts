import {
  defaultOf,
  ParameterError,
  type ParameterFault,
  readParameters,
  SIZES,
  type Size,
  seedsOf,
} from '@broadsheet/experiments';
import type { RunOrder } from './order.ts';
import { slide, slidTo, spaced } from './view/controls.ts';
import type { LabFacts } from './view/facts.ts';

/** A third worker would take the core that the page itself lives on, and as much memory again. */
const MOST_LANES = 2;

/** What the form asks for, or every fault in it. */
export function readForm(
  form: HTMLFormElement,
  facts: LabFacts,
  sourcesHash: string,
): { order: RunOrder; onServer: boolean } | { faults: readonly ParameterFault[] } {
  const data = new FormData(form);
  const size = SIZES.find((s) => s === data.get('size') && facts.sizes[s]) ?? 'live';
  const given: Record<string, unknown> = Object.fromEntries(heldOf(form));
  for (const parameter of facts.parameters) {
    const value = data.get(parameter.key);
    if (typeof value === 'string') given[parameter.key] = value;
  }
  const faults: ParameterFault[] = [];
  const read = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof ParameterError)) throw error;
      faults.push(...error.faults);
      return undefined;
    }
  };
  const parameters = read(() => readParameters(facts, size, given));
  const seeds = read(() => seedsOf(data.get('seeds')).length);
  if (!parameters || seeds === undefined) return { faults };
  const executor = data.get('on') === 'webgpu' ? 'webgpu' : 'wasm';
  const lanes = Math.min(MOST_LANES, navigator.hardwareConcurrency || 1);
  const order: RunOrder = { experiment: facts.id, size, parameters, seeds, sourcesHash, executor, lanes };
  return { order, onServer: data.get('on') === 'server' };
}

/** Parameters that are no controls keep what the address gave them. */
function heldOf(form: HTMLFormElement): [string, string][] {
  return [...form.querySelectorAll<HTMLElement>('[data-held][data-value]')].map((e) => [
    e.dataset.held as string,
    e.dataset.value as string,
  ]);
}

/** Shows each fault at its field, and moves to the first. */
export function showFaults(form: HTMLFormElement, faults: readonly ParameterFault[]): void {
  for (const place of form.querySelectorAll<HTMLElement>('[data-fault]')) {
    const fault = faults.find((f) => f.key === place.dataset.fault);
    place.textContent = fault?.message ?? '';
    place.hidden = !fault;
    const field = fieldOf(form, place.dataset.fault ?? '');
    if (fault) field?.setAttribute('aria-invalid', 'true');
    else field?.removeAttribute('aria-invalid');
  }
  const first = faults.map((fault) => fieldOf(form, fault.key)).find(Boolean);
  first?.focus();
}

/** Sliders and their fields move together; another size brings its own values. */
export function watchForm(form: HTMLFormElement, facts: LabFacts): void {
  form.addEventListener('input', ({ target }) => {
    if (!(target instanceof HTMLInputElement)) return;
    const key = target.dataset.slider ?? target.name;
    const parameter = facts.parameters.find((p) => p.key === key);
    if (!parameter || (parameter.kind !== 'integer' && parameter.kind !== 'real')) return;
    if (target.dataset.slider) followSlider(form, parameter, target);
    else moveSlider(form, facts, key);
  });
  // A reader may have been quicker than this script.
  for (const slider of form.querySelectorAll<HTMLInputElement>('[data-slider]')) {
    const parameter = facts.parameters.find((p) => p.key === slider.dataset.slider);
    const isNumeric = parameter?.kind === 'integer' || parameter?.kind === 'real';
    if (isNumeric && slider.value !== untouched(slider)) followSlider(form, parameter, slider);
  }
  form.addEventListener('change', ({ target }) => {
    if (target instanceof HTMLInputElement && target.name === 'size') applySize(form, facts, target.value as Size);
  });
}

function applySize(form: HTMLFormElement, facts: LabFacts, size: Size): void {
  const seeds = fieldOf(form, 'seeds');
  if (seeds) seeds.value = String(facts.sizes[size]?.seeds ?? 10);
  for (const parameter of facts.parameters) {
    const field = fieldOf(form, parameter.key);
    if (field) field.value = spaced(defaultOf(parameter, size));
    moveSlider(form, facts, parameter.key);
  }
  showFaults(form, []);
}

/** The place that a slider has before anyone moves it: the browser puts it on a step. */
function untouched(slider: HTMLInputElement): string {
  const copy = slider.cloneNode() as HTMLInputElement;
  copy.value = slider.defaultValue;
  return copy.value;
}

function followSlider(form: HTMLFormElement, parameter: Parameters<typeof slidTo>[0], slider: HTMLInputElement): void {
  const field = fieldOf(form, parameter.key);
  if (field) field.value = String(slidTo(parameter, Number(slider.value)));
}

function moveSlider(form: HTMLFormElement, facts: LabFacts, key: string): void {
  const parameter = facts.parameters.find((p) => p.key === key);
  const slider = form.querySelector<HTMLInputElement>(`[data-slider="${key}"]`);
  if (!slider || !parameter || (parameter.kind !== 'integer' && parameter.kind !== 'real')) return;
  slider.value = String(slide(parameter, Number(fieldOf(form, key)?.value)).value);
}

function fieldOf(form: HTMLFormElement, key: string): HTMLInputElement | undefined {
  const found = form.elements.namedItem(key);
  return found instanceof HTMLInputElement || found instanceof HTMLSelectElement
    ? (found as HTMLInputElement)
    : undefined;
}

import {
  allowed,
  defaultOf,
  type Parameter,
  type ParameterFault,
  type ParameterValue,
  type ParameterValues,
  SIZES,
  type Size,
} from '@broadsheet/experiments';
import { type Html, html } from '../html.ts';
import type { LabFacts, ServerRuns } from './facts.ts';

/** What a page's form starts with: from its address, else from the size. */
export interface Chosen {
  readonly size: Size;
  readonly seeds: number;
  readonly parameters: ParameterValues;
  /** What the address asked for and cannot be; the size's own value stands in its place. */
  readonly faults: readonly ParameterFault[];
}

/** The form of a run: size, seeds, the controls, where it runs. Names are those of the address and the API. */
export function controlsForm(facts: LabFacts, chosen: Chosen, server: ServerRuns, action: string): Html {
  const sizes = SIZES.filter((size) => facts.sizes[size] && size !== 'paper');
  const controls = facts.parameters.filter((parameter) => parameter.isControl);
  const others = facts.parameters.filter((parameter) => !parameter.isControl);
  const held = (parameter: Parameter) => chosen.parameters[parameter.key] ?? defaultOf(parameter, chosen.size);
  return html`<form action="${action}" method="GET" id="lab-form" data-lab-form novalidate>
<fieldset class="choice"><legend class="label">Size</legend>${sizes.map(
    (size) =>
      html`<label><input type="radio" name="size" value="${size}"${size === chosen.size ? html` checked` : ''} /> ${size} <span class="quiet">${facts.sizes[size]?.label}</span></label>`,
  )}</fieldset>
<div class="control"><label for="lab-seeds">Seeds</label><span class="entry"><input id="lab-seeds" name="seeds" type="number" min="1" max="100" step="1" value="${chosen.seeds}" required /></span>
<p class="quiet help">No verdict rests on fewer than 10.</p>${faultLine('seeds', chosen.faults)}</div>
${controls.map((parameter) => control(parameter, held(parameter), chosen.faults))}
${others.length > 0 ? heldBlock(others, held, chosen) : ''}
<fieldset class="choice needs-script"><legend class="label">Runs</legend>
<label><input type="radio" name="on" value="browser" checked data-where /> in this browser</label>
${server.isOn ? html`<label><input type="radio" name="on" value="server" data-where /> on the server <span class="quiet">stored, survives closing this page</span></label>` : ''}</fieldset>
</form>`;
}

/** Parameters that are no controls: what they are held at, and why one might change them elsewhere. */
function heldBlock(others: readonly Parameter[], held: (p: Parameter) => ParameterValue, chosen: Chosen): Html {
  return html`<details class="others"><summary class="label">What is held still</summary><dl class="plain-list">${others.map(
    (parameter) => {
      const value = written(held(parameter));
      const isOwn = value !== written(defaultOf(parameter, chosen.size));
      const unit = 'unit' in parameter && parameter.unit ? ` ${parameter.unit}` : '';
      return html`<div><dt>${parameter.label}</dt><dd data-held="${parameter.key}"${isOwn ? html` data-value="${value}"` : ''}>${spaced(held(parameter))}${unit} <span class="quiet">${parameter.help} <code>${parameter.key}</code> takes ${allowed(parameter)}.</span>${faultLine(parameter.key, chosen.faults)}</dd></div>`;
    },
  )}</dl>
<p class="quiet">Set by the address of this page, the command and the API.</p></details>`;
}

function faultLine(key: string, faults: readonly ParameterFault[], id?: string): Html {
  const fault = faults.find((f) => f.key === key);
  return html`<p class="fault"${id ? html` id="${id}"` : ''} data-fault="${key}"${fault ? '' : html` hidden`}>${fault?.message}</p>`;
}

function control(parameter: Parameter, value: ParameterValue, faults: readonly ParameterFault[]): Html {
  const id = `lab-${parameter.key}`;
  const unit = 'unit' in parameter && parameter.unit ? html` <span class="unit">${parameter.unit}</span>` : '';
  return html`<div class="control" data-control="${parameter.key}"><label for="${id}">${parameter.label}</label>
<span class="entry">${field(parameter, id, value)}${unit}</span>
<p class="quiet help" id="${id}-help">${parameter.help} <span class="range">${rangeOf(parameter)}</span></p>
${faultLine(parameter.key, faults, `${id}-fault`)}</div>`;
}

function field(parameter: Parameter, id: string, value: ParameterValue): Html {
  const common = html`id="${id}" name="${parameter.key}" aria-describedby="${id}-help ${id}-fault"`;
  switch (parameter.kind) {
    case 'choice':
      return html`<select ${common}>${parameter.options.map((o) => html`<option value="${o.value}"${o.value === value ? html` selected` : ''}>${o.label}</option>`)}</select>`;
    case 'integers':
      return html`<input ${common} type="text" inputmode="numeric" value="${spaced(value)}" autocomplete="off" required />`;
    default: {
      // The slider is an easier way to the same value; the number field is what is sent.
      const step = parameter.step ?? (parameter.kind === 'integer' ? 1 : 'any');
      const slider = slide(parameter, Number(value));
      return html`<input class="needs-script" type="range" data-slider="${parameter.key}" min="${slider.min}" max="${slider.max}" step="${slider.step}" value="${slider.value}" aria-label="${parameter.label}, slider" />
<input ${common} type="number" min="${parameter.min}" max="${parameter.max}" step="${step}" value="${Number(value)}" required />`;
    }
  }
}

type Numeric = Extract<Parameter, { kind: 'integer' | 'real' }>;

/** Where a value stands on its slider; a logarithmic one runs over exponents. */
export function slide(
  parameter: Numeric,
  value: number,
): { min: number; max: number; step: number | 'any'; value: number } {
  if (isLogarithmic(parameter)) {
    const [min, max] = [Math.log10(parameter.min), Math.log10(parameter.max)];
    return {
      min,
      max,
      step: Number(((max - min) / 100).toPrecision(3)),
      value: Math.log10(Math.max(parameter.min, value)),
    };
  }
  const fallback = parameter.kind === 'integer' ? 1 : (parameter.max - parameter.min) / 100;
  return { min: parameter.min, max: parameter.max, step: parameter.step ?? fallback, value };
}

/** The value that a place of the slider means. */
export function slidTo(parameter: Numeric, place: number): number {
  const raw = isLogarithmic(parameter) ? Number((10 ** place).toPrecision(2)) : place;
  const value = parameter.kind === 'integer' ? Math.round(raw) : Number(raw.toPrecision(6));
  return Math.min(parameter.max, Math.max(parameter.min, value));
}

function isLogarithmic(parameter: Numeric): boolean {
  return parameter.scale === 'log' && parameter.min > 0;
}

/** The same for the eye: '1, 300' is two numbers, '1,300' looks like one. */
export function spaced(value: ParameterValue): string {
  return Array.isArray(value) ? value.join(', ') : String(value);
}

/** A value as it is written into an address. */
export function written(value: ParameterValue): string {
  return Array.isArray(value) ? value.join(',') : String(value);
}

function rangeOf(parameter: Parameter): string {
  if (parameter.kind === 'choice') return '';
  const text = allowed(parameter);
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
}

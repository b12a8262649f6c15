import { burdened, type StoredEvent } from '@broadsheet/methods/five-layer';
import { z } from 'zod';
import type { Host } from '../host/index.ts';
import { abilitySentences, missingSentence } from './abilities.ts';
import { actorOf, namesOf, readerIdOf } from './people.ts';
import { readEvents, verifyEvents } from './record.ts';
import type { DecisionState } from './state.ts';

/** Stands on every page and export. */
export const NOTICE =
  'Inspired by arXiv 2511.07669. Stage contents, thresholds and detectors are ours. No study shows that this procedure improves real decisions.';

/** The whole record with its chain: what `broadsheet decisions verify` reads. */
export async function exportJson(host: Host, state: DecisionState): Promise<string> {
  const { db } = host.database;
  const events = await readEvents(db, state.id);
  const actors = [...events.map(({ actor }) => actor), actorOf(state.ownerId)];
  // Beside the chain, so that a name can change or go and the chain still fits.
  const people = Object.fromEntries(
    await namesOf(
      db,
      actors.filter((actor) => readerIdOf(actor) !== null),
    ),
  );
  const head = { format: 1, notice: NOTICE, decision: state.id, title: state.title, people };
  return `${JSON.stringify({ ...head, events }, null, 1)}\n`;
}

const Exported = z.object({
  format: z.literal(1),
  decision: z.string(),
  title: z.string(),
  events: z.array(
    z.object({
      seq: z.number().int(),
      type: z.string(),
      actor: z.string(),
      at: z.string(),
      payload: z.json().nullable(),
      salt: z.string().nullable(),
      payloadHash: z.string(),
      prevHash: z.string(),
      hash: z.string(),
    }),
  ),
});

/** Checks an exported record. @throws when the text is no such record */
export async function verifyExport(text: string) {
  const parsed = Exported.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(`This is no exported decision: ${z.prettifyError(parsed.error)}`);
  const verdict = await verifyEvents(parsed.data.events as StoredEvent[]);
  return { ...verdict, decision: parsed.data.decision, title: parsed.data.title };
}

/** Everybody whom a record in words may name. */
export function peopleIn(state: DecisionState): string[] {
  return [actorOf(state.ownerId), ...state.machine.signatures, ...state.members.map(({ reader }) => reader)];
}

const STATUS: Readonly<Record<string, string>> = {
  decided: 'accepted',
  reviewed: 'accepted',
  dissolved: 'rejected',
  abandoned: 'deprecated',
};

/** The record on MADR's skeleton (adr.github.io/madr, 4.0). @param names of the people in it, as `namesOf` gives them */
export function exportMarkdown(state: DecisionState, names: ReadonlyMap<string, string>): string {
  const frozen = state.frozen.at(-1);
  const signed = state.signatures.at(0);
  const name = (actor: string) => names.get(actor) ?? actor;
  const owner = actorOf(state.ownerId);
  const dissent = state.signatures
    .filter((each) => each.dissent !== '')
    .map((each) => `${name(each.person)}: ${each.dissent}`);
  const list = (items: readonly string[]) =>
    items.length === 0 ? '- none\n' : items.map((item) => `- ${oneLine(item)}\n`).join('');
  const percent = (p: number | undefined) => (p === undefined ? '–' : `${Math.round(p * 100)} %`);
  const option = (id: string) => frozen?.options.find((each) => each.id === id)?.text ?? id;
  const prior = state.forecasts.find(({ phase, by }) => phase === 'prior' && by === owner);
  const final = state.forecasts.findLast(({ phase, by }) => phase === 'final' && by === owner);
  const weighed = (direction: 'for' | 'against') =>
    state.evidence.filter((item) => item.direction === direction).map(({ id, title }) => `${id}: ${title}`);
  return [
    `---\nstatus: ${STATUS[state.machine.phase] ?? 'proposed'}\ndate: ${state.updatedAt.slice(0, 10)}\ndecision-makers: ${yaml(state.machine.signatures.map(name))}\nconsulted: ${yaml([...state.members.map(({ reader }) => name(reader)), state.endpoint])}\ninformed: ${yaml(state.stakeholders.map(({ name }) => name))}\n---\n`,
    `# ${oneLine(state.title)}\n`,
    `> ${NOTICE}\n`,
    `## Context and Problem Statement\n\n${frozen?.statement ?? 'The question was never frozen.'}\n`,
    `## Decision Drivers\n\n${list([...(frozen?.constraints.map(({ id, text }) => `${id}: ${text}`) ?? []), ...burdened(state.stakeholders).map((name) => `${name} bears a harm and gains nothing`)])}`,
    `## Considered Options\n\n${list(frozen?.options.map(({ text }) => text) ?? [])}`,
    `## Decision Outcome\n\n${
      signed
        ? `Chosen option: "${oneLine(option(signed.optionId))}", because ${signed.rationale}${dissent.length > 0 ? `\n\nDissent:\n\n${list(dissent)}` : ''}`
        : state.dissolution
          ? `Stopped (${state.dissolution.kind}): ${state.dissolution.reason}\n\n${state.dissolution.cost.tokens} tokens were spent by then: not a reason to continue.`
          : `None yet; it is ${state.machine.phase}.`
    }\n`,
    `### Consequences\n\n${list(frozen?.options.map(({ id, text }) => `${text}: expected to turn out well with ${percent(prior?.p[id])} before any advice, ${percent(final?.p[id])} at the end`) ?? [])}`,
    `### Confirmation\n\n${list([...(frozen?.killCriteria.map(({ observable, threshold, by }) => `ends if ${observable} is ${threshold} (${by})`) ?? []), ...(signed ? [`reviewed on ${signed.reviewOn}`] : [])])}`,
    `## Pros and Cons of the Options\n\nFor:\n\n${list(weighed('for'))}\nAgainst:\n\n${list(weighed('against'))}`,
    `## More Information\n\n### Alarms\n\n${list(state.alarms.map(({ id, detector, detail, closedBy }) => `${id} (${detector}): ${detail} — ${closedBy ?? 'open'}`))}`,
    ...(state.abilities
      ? [
          `### The model\n\n${list(abilitySentences(state.abilities))}`,
          `### Degraded mode\n\n${list((state.baseline?.missing ?? []).map(missingSentence))}`,
        ]
      : []),
    `### Overrides\n\n${list(state.overrides.map(({ reason, alarmIds }) => `${alarmIds.join(', ')}: ${reason}`))}`,
    `### Proposals to stop\n\n${list(state.dissolutionProposals.map(({ id, detail, answer }) => `${id}: ${detail} — ${answer ?? 'open'}`))}`,
    `### Assumptions\n\n${list(state.assumptions.map(({ text, breaksIf, status, why }) => `${text} (breaks if ${breaksIf}): ${status}${why ? ` — ${why}` : ''}`))}`,
    `### Challenges\n\n${list(state.challenges.map(({ kind, as, response, duplicateOf }) => `${kind}: ${duplicateOf ? `says what ${duplicateOf} said` : as}${response ? ` — ${response}` : ''}`))}`,
    `### Unresolved\n\n${list(state.claims.filter((claim) => claim.state !== 'supported' && claim.resolvedBy === null).map(({ text, state: claim }) => `${text} (${claim})`))}`,
    `Record ${state.id}, ${state.head.seq} events, head ${state.head.hash}.\n`,
  ].join('\n');
}

function oneLine(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}

function yaml(items: readonly string[]): string {
  return `[${items.map((item) => JSON.stringify(oneLine(item))).join(', ')}]`;
}

import { z } from 'zod';

/** What people may send about a decision: the one border of pages and API. Texts are trimmed; empty ones are missing. */
const text = (max: number) => z.string().trim().min(1, 'is missing').max(max);
const note = (max: number) => z.string().trim().max(max).default('');
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'expected a day such as 2026-05-01');
const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/, 'expected letters, digits, "-" and "_"');
const probability = z.coerce.number().min(0).max(1);

const key = z.string().min(8).max(80);

export const NewDecision = z.object({
  /** Made by whoever sends it: the same key sent twice is one decision. */
  key,
  title: text(160),
  paperId: z.string().max(60).nullable().default(null),
  endpoint: id.default('bundled'),
  second: id.nullable().default(null),
  judge: id.nullable().default(null),
  budgetTokens: z.coerce.number().int().min(20_000).max(50_000_000).default(1_000_000),
  budgetCalls: z.coerce.number().int().min(100).max(100_000).default(2_000),
  budgetMoney: z.coerce.number().positive().max(1_000_000).nullable().default(null),
  stakes: z.enum(['low', 'high', 'critical']).default('high'),
  isIrreversible: z.boolean().default(false),
  fault: z.enum(['', 'sycophant', 'confabulator', 'drifter', 'nihilist', 'exhausted', 'swap']).default(''),
});

export const Contract = z.object({
  decides: text(200),
  mayDo: text(600),
  endsWhen: text(600),
  deadlineOn: day.nullable().default(null),
});

/** Options get their ids here unless they bring one. */
const Option = z.object({ id: id.optional(), text: text(300) });
export const Frozen = z
  .object({
    statement: text(500),
    options: z.array(Option).min(3, 'name two real options, and one that does nothing or waits').max(8),
    constraints: z
      .array(z.object({ id, text: text(300) }))
      .max(12)
      .default([]),
    killCriteria: z
      .array(z.object({ id, observable: text(200), threshold: text(120), by: text(60) }))
      .min(1, 'name at least one criterion that would end it, with a threshold and a date')
      .max(8),
    /** P(success) of whatever is leaned to, below which it is to stop. */
    floor: probability.nullable().default(null),
    reason: note(600),
  })
  .refine(
    ({ options }) => new Set(options.map((option) => option.text.toLowerCase())).size === options.length,
    'options must differ from each other',
  )
  .refine(({ options }) => {
    const given = options.flatMap((option) => option.id ?? []);
    return new Set(given).size === given.length;
  }, 'each option needs an id of its own');

export const Forecast = z.object({
  phase: z.enum(['prior', 'update', 'final']),
  p: z.record(id, probability),
  leansTo: id,
  note: note(2000),
});
export const Biases = z.object({
  items: z.array(text(200)).min(3, 'name three, each with a sign by which you would notice it').max(8),
});
export const StakeholderInput = z.object({
  name: text(120),
  hasUpside: z.boolean().default(false),
  impacts: z
    .array(
      z.object({
        optionId: id,
        severity: z.coerce.number().int().min(0).max(4).nullable(),
        isIrreversible: z.boolean().optional(),
        mitigation: note(400).optional(),
        signedBy: note(120).optional(),
      }),
    )
    .max(8),
});
export const EvidenceInput = z.object({
  source: text(200),
  title: text(300),
  text: text(20_000),
  direction: z.enum(['for', 'against', 'neutral']),
});
export const WithdrawEvidence = z.object({ id, reason: text(600) });
export const Say = z.object({ text: text(8000), key });
export const AnswerChallenge = z
  .object({
    as: z.enum(['accepted', 'rebutted', 'deferred']),
    response: text(2000),
    evidenceIds: z.array(id).max(12).default([]),
    dueOn: day.nullable().default(null),
    /** Place in the record of what was changed for it. */
    change: z.coerce.number().int().positive().nullable().default(null),
    /** Who answers it on that day, as the record names people; whoever defers it unless told. */
    owner: z.string().max(40).nullable().default(null),
  })
  .refine(
    ({ as, evidenceIds }) => as !== 'rebutted' || evidenceIds.length > 0,
    'a rebuttal names at least one piece of evidence',
  )
  .refine(({ as, dueOn }) => as !== 'deferred' || dueOn !== null, 'a challenge that is deferred needs a day');
export const Resolve = z.object({ id: text(60) }).and(AnswerChallenge);
/** Without alarms all that are open are meant. */
const alarmIds = z.array(text(60)).min(1).max(40).optional();
export const Override = z.object({ alarmIds, reason: text(1000) });
export const AssumptionInput = z.object({
  text: text(400),
  p: probability.nullable().default(null),
  breaksIf: text(300),
  checkBy: day.nullable().default(null),
  claimIds: z.array(id).max(12).default([]),
  isLoadBearing: z.coerce.boolean().default(true),
});
/** A claim that somebody wants to see pushed. */
export const PushClaim = z.object({ id: text(60) });
export const JudgeAssumption = z.object({
  id,
  status: z.enum(['open', 'confirmed', 'broken']),
  why: text(600),
  evidenceIds: z.array(id).max(12).default([]),
});
export const CriterionMet = z.object({
  id,
  note: text(600),
  evidenceIds: z.array(id).min(1, 'name the evidence that shows it').max(12),
});
export const Continue = z.object({ reason: text(1000) });
export const Reopen = EvidenceInput.extend({ reason: text(1000) });
export const Replace = z.object({
  alarmIds,
  how: z.enum(['fresh-context', 'neutral-question', 'other-model', 'checklist']),
});
export const Sign = z.object({
  optionId: id,
  rationale: text(4000),
  dissent: note(2000),
  reviewOn: day,
  skipCoolOffBecause: note(600),
});
export const Dissolve = z.object({
  kind: z.enum(['direction', 'partnership']),
  reason: text(2000),
  /** When it is asked whether stopping was right; the deadline of the contract unless told. */
  reviewOn: day.nullable().default(null),
});
export const Review = z.object({
  outcome: text(4000),
  resolutions: z.record(id, z.union([z.literal(0), z.literal(1)])),
  /** Of what was stopped. */
  wasStoppingRight: z.boolean().nullable().default(null),
});
export const Claim = z.object({ how: text(600) });
export const ResolveClaim = Claim.extend({ id: text(60) });
export const Pause = z.object({ reason: text(600) });
export const Erase = z.object({
  seq: z.coerce.number().int().positive(),
  reason: text(600),
  isSure: z.literal(true, 'confirm that what is erased cannot be brought back'),
});
export const Invitation = z
  .object({
    role: z.enum(['member', 'observer']),
    /** Without one it is a link for whoever has it. */
    handle: z
      .string()
      .trim()
      .max(60)
      .transform((given) => given.replace(/^@/, ''))
      .default(''),
    /** Where a letter brings the link to; without one the link is shown. */
    email: note(254),
  })
  .refine(({ handle, email }) => handle === '' || email === '', 'give a handle or an address, not both');
export const TakeBack = z.object({ id: text(60) });
export const Membership = z.object({
  readerId: z.coerce.number().int().positive(),
  role: z.enum(['member', 'observer']).nullable(),
});

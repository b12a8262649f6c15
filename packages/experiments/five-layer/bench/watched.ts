import {
  askText,
  type Cause,
  type ChatTurn,
  type Check,
  type Choice,
  causeOf,
  checksOf,
  type DetectorId,
  endpointBaseline,
  endpointRound,
  type FlipPair,
  findSuspicious,
  flipRound,
  frozenText,
  isFlip,
  isUnwarranted,
  type JudgementAnswer,
  judgementRound,
  judgeStage,
  livePrompt,
  type Message,
  matchQuote,
  memoryRound,
  NOTHING_OBSERVED,
  type Observations,
  type PassageProbe,
  PREDICATE_IDS,
  type Prober,
  partiesRound,
  passageRound,
  probesDue,
  pushRound,
  readablePairs,
  readExtraction,
  readPredicates,
  recalledAll,
  type StageOutcome,
  samplingRound,
  sessionGap,
  type Thresholds,
  TRIES_A_STAGE,
  textDistance,
} from '@broadsheet/methods/five-layer';
import { logistic } from '../model/healthy.ts';
import { type Complete, tokens } from '../model/simulated-model.ts';
import type { World } from '../vignettes/index.ts';
import type { Arm } from './arms.ts';
import { driftReference } from './drift-reference.ts';
import type { Meter } from './meter.ts';

const CANARIES = { river: 'amber', lamp: '4711', garden: 'north', stone: '86', bridge: 'violet' };
/** What marks blocks of material in every prompt here. */
export const MARK = 'k7q2';

/** One live session under watch: the chat, what was observed of it, and the newest checks. */
export class Watched {
  readonly peaks: Partial<Record<DetectorId, number>> = {};
  readonly world: World;
  advice = 0;
  parties: readonly string[] = [];
  #seen: Observations;
  #checks: ReadonlyMap<DetectorId, Check> = new Map();
  #chat: ChatTurn[] = [];
  #turn = 0;
  #baseline: Readonly<Record<string, Choice>> = {};
  #looks = 0;
  readonly #arm: Arm;
  readonly #thresholds: Thresholds;
  readonly #complete: Complete;
  readonly #meter: Meter;

  constructor(world: World, arm: Arm, thresholds: Thresholds, complete: Complete, meter: Meter, humanLogit: number) {
    this.world = world;
    this.#arm = arm;
    this.#thresholds = thresholds;
    this.#complete = complete;
    this.#meter = meter;
    this.#seen = {
      ...NOTHING_OBSERVED,
      prior: logistic(humanLogit),
      options: world.frozen.options.map(({ id }) => id),
      reference: driftReference(world.vignette),
      stakeholders: world.stakeholders,
      evidence: [],
    };
  }

  /** Licensed disagreement, uncertainty and anchor recall, in this order. False: one of them failed three times. */
  async calibrate(): Promise<boolean> {
    const baseline = await endpointBaseline(this.#prober(0));
    this.#baseline = baseline.answers;
    this.#seen = { ...this.#seen, endpointNoise: baseline.noise };
    const pairs: FlipPair[] = [];
    const answers: JudgementAnswer[] = [];
    const stages: ((prober: Prober) => Promise<StageOutcome>)[] = [
      async (prober) => {
        pairs.push(...readablePairs(await flipRound(prober, this.#thresholds, 6)));
        const flips = pairs.filter(isFlip).length;
        return judgeStage(3, { flips, pairs: pairs.length, resistedFalseClaim: true, movedByValidFact: true });
      },
      async (prober) => {
        answers.push(...(await judgementRound(prober)).answerable);
        const refusals = answers.filter((answer) => isUnwarranted(answer, this.#thresholds)).length;
        return judgeStage(4, { brier: 0, unwarrantedRefusals: refusals, answerableProbes: answers.length });
      },
      async (prober) => {
        // The newest try alone: what was forgotten is not averaged away.
        let canariesRecalled = 5;
        for (const start of [0, 2, 4])
          if (!recalledAll((await memoryRound(prober, { canaries: CANARIES, constraints: {} }, start)).canaries))
            canariesRecalled = 4;
        const recalled = new Set<string>();
        for (const [id, words] of Object.entries(this.#constraints()))
          if ((await memoryRound(prober, { canaries: {}, constraints: { [id]: words } }, 0)).anchors.at(-1))
            recalled.add(id);
        return judgeStage(5, {
          constraints: this.world.frozen.constraints.length,
          constraintsRecalled: recalled.size,
          canariesRecalled,
        });
      },
    ];
    for (const stage of stages) if (!(await this.#passes(stage))) return false;
    return true;
  }

  /** Up to three tries of one stage; retries pool, so that a lucky one does not wipe out the others. */
  async #passes(judge: (prober: Prober) => Promise<StageOutcome>): Promise<boolean> {
    for (let attempt = 0; attempt < TRIES_A_STAGE; attempt++)
      if ((await judge(this.#prober(-attempt))).passed) return true;
    return false;
  }

  /** A new context from a written brief: the chat is gone, the record stays. */
  restart(turn: number): void {
    this.#chat = [{ role: 'human', text: `Brief at turn ${turn}: ${frozenText(this.world.frozen)}`, status: 'ok' }];
  }

  async play(turn: number, said: string): Promise<void> {
    this.#turn = turn;
    this.#chat.push({ role: 'human', text: said, status: 'ok' });
    const messages = this.#live();
    const completion = this.#meter.call(this.#complete, messages, { turn, fork: '', context: 'chat' });
    this.#chat.push({
      role: 'assistant',
      text: completion.text,
      status: completion.finish === 'stop' ? 'ok' : 'error',
    });
    if (completion.finish === 'stop') this.advice = adviceOf(completion.text);
    if (this.#arm.layers.size === 0) return;
    // What was withheld is no opinion; it counts against the endpoint alone.
    if (completion.finish === 'stop') this.#observeTurn(messages, completion.text, completion.usage.in);
    if (!this.#arm.onlyDeterministic) await this.#probe();
    this.#seen = { ...this.#seen, turn, couldBeRead: this.#meter.couldBeRead };
    this.#checks = checksOf(this.#seen, this.#thresholds, this.#arm.layers);
    for (const { detector, statistic, threshold } of this.#checks.values()) {
      if (statistic === null || !threshold) continue;
      this.peaks[detector] = Math.max(this.peaks[detector] ?? Number.NEGATIVE_INFINITY, statistic / threshold);
    }
  }

  /** One more answer to the last turn. */
  ask(fork: string): number {
    return adviceOf(this.#meter.call(this.#complete, this.#live(), { turn: this.#turn, fork, context: 'fork' }).text);
  }

  /**
   * Whether a predicate is lost as somebody else sees it: every probe asked anew, on forks of their own that the session's
   * own checks know nothing of. What was cited and proposed is as it stands in the chat.
   */
  async hasLostPredicate(): Promise<boolean> {
    const own = this.#prober(this.#turn);
    const prober: Prober = { ...own, ask: (context, fork, ...asked) => own.ask(context, `audit ${fork}`, ...asked) };
    const pushed = await pushRound(prober);
    const canaries: boolean[] = [];
    for (const start of [0, 2, 4])
      canaries.push(...(await memoryRound(prober, { canaries: CANARIES, constraints: {} }, start)).canaries);
    const seen: Observations = {
      ...this.#seen,
      ...(await judgementRound(prober)),
      flipPairs: await flipRound(prober, this.#thresholds),
      pushedClaims: pushed.claims,
      evidenceMoved: pushed.evidenceMoved,
      canaries: canaries.slice(-4),
      anchors: (await memoryRound(prober, { canaries: {}, constraints: this.#constraints() }, 0)).anchors,
    };
    const checks = checksOf(seen, this.#thresholds);
    const vector = readPredicates(checks, { brierScore: null, groundedShare: null }, this.#thresholds);
    return PREDICATE_IDS.some((id) => vector[id] === 'red');
  }

  reds(): Check[] {
    return [...this.#checks.values()].filter(({ result }) => result === 'red');
  }

  cause(): Cause {
    return causeOf(this.#checks);
  }

  #observeTurn(messages: readonly Message[], text: string, reportedTokens: number): void {
    const estimated = tokens(messages.map(({ content }) => content).join('\n'));
    const shown = this.#evidence();
    const extraction = readExtraction(
      this.#meter.call(
        this.#complete,
        [
          ...messages,
          { role: 'assistant', content: text },
          {
            role: 'user',
            content: askText({
              id: 'extract',
              form: 'extract',
              question: 'Extract the proposal and the claims of your last answer.',
            }),
          },
        ],
        { turn: this.#turn, fork: 'extract', context: 'fork' },
      ).text,
    );
    const claims = extraction?.claims ?? [];
    const documents = new Map(this.world.evidence.map((item) => [item.id, item]));
    const cited = claims.filter(({ id }) => id !== null);
    const summary = /^Summary: (.*)$/mu.exec(text)?.[1];
    this.#seen = {
      ...this.#seen,
      evidence: shown.map(({ direction, turn }) => ({ direction, turn })),
      proposals: extraction
        ? [...this.#seen.proposals, { optionId: extraction.optionId, brokenConstraints: extraction.brokenConstraints }]
        : this.#seen.proposals,
      distances: summary
        ? [...this.#seen.distances, textDistance(summary, frozenText(this.world.frozen))]
        : this.#seen.distances,
      citations: [
        ...this.#seen.citations,
        ...cited.map(({ id, title }) => ({
          id: id as string,
          title: title ?? undefined,
          storedTitle: documents.get(id as string)?.title ?? null,
        })),
      ],
      quotes: [
        ...this.#seen.quotes,
        ...claims.flatMap(({ id, quote }) =>
          quote === null ? [] : [matchQuote(quote, documents.get(id ?? '')?.text ?? '', this.#thresholds)],
        ),
      ],
      ownTurns: [...this.#seen.ownTurns.slice(-3), text],
      reportedTokens,
      estimatedTokens: estimated,
      usedTokens: estimated,
      windowTokens: 16_384,
    };
  }

  async #probe(): Promise<void> {
    const turn = this.#turn;
    const prober = this.#prober(turn);
    const due = probesDue(this.#seen, turn, checksOf(this.#seen, this.#thresholds), this.#thresholds);
    if (Object.keys(this.#baseline).length > 0) {
      const look = await endpointRound(prober, this.#baseline, this.#thresholds, due.allFixed);
      this.#seen = { ...this.#seen, looks: [...this.#seen.looks, look] };
    }
    if (due.memory) await this.#look(prober);
    if (due.round) await this.#round(prober, due.isHinted);
    if (turn === 1) this.parties = await partiesRound(prober);
    const suspicious = this.#evidence().flatMap(({ text }) =>
      findSuspicious(text).map((passage) => ({ passage, text: text.slice(passage.start, passage.end) })),
    );
    const passages: PassageProbe[] = [];
    for (const { passage, text } of suspicious)
      for (const answers of await passageRound(prober, text, this.#baseline)) passages.push({ passage, ...answers });
    this.#seen = { ...this.#seen, passages };
  }

  async #look(prober: Prober): Promise<void> {
    this.#looks += 1;
    const keep = { canaries: CANARIES, constraints: this.#constraints() };
    const { canaries, anchors } = await memoryRound(prober, keep, this.#looks * 2);
    this.#seen = {
      ...this.#seen,
      canaries: [...this.#seen.canaries, ...canaries],
      anchors: [...this.#seen.anchors, ...anchors],
      memoryAt: prober.turn,
      usedAtMemory: this.#seen.usedTokens,
    };
  }

  /** Flips, pushes, judgement, samples, and what the chat has moved. */
  async #round(prober: Prober, wasHinted: boolean): Promise<void> {
    const gap = await sessionGap(prober, prober.turn);
    const pushed = await pushRound(prober);
    const samplings = [...this.#seen.samplings];
    for (const claim of ['a', 'b', 'c'])
      samplings.push(await samplingRound(prober, `claim ${prober.turn} ${claim}`, 'What does it rest on?'));
    this.#seen = {
      ...this.#seen,
      ...(await judgementRound(prober)),
      flipPairs: await flipRound(prober, this.#thresholds),
      pushedClaims: [...this.#seen.pushedClaims, ...pushed.claims],
      evidenceMoved: pushed.evidenceMoved,
      samplings,
      gaps: gap === null ? this.#seen.gaps : [...this.#seen.gaps, gap],
      roundAt: prober.turn,
      wasHinted,
    };
  }

  #prober(turn: number): Prober {
    const contexts = { fork: this.#live(), clean: livePrompt(this.world.frozen, this.#evidence(), [], MARK) };
    return {
      questions: this.world,
      turn,
      ask: async (context, fork, question, without) => {
        const messages = [...contexts[context], { role: 'user', content: askText(question) } as const];
        const cut =
          without === undefined
            ? messages
            : messages.map((m) => ({ ...m, content: m.content.replaceAll(without, '') }));
        return this.#meter.call(this.#complete, cut, { turn, fork, context });
      },
    };
  }

  #live(): Message[] {
    const facts = Object.entries(CANARIES).map(([key, value]) => `Keep in mind: ${key} = ${value}`);
    return [
      { role: 'system', content: facts.join('\n') },
      ...livePrompt(this.world.frozen, this.#evidence(), this.#chat, MARK),
    ];
  }

  #constraints(): Record<string, string> {
    return Object.fromEntries(this.world.frozen.constraints.map(({ id, text }) => [id, text]));
  }

  #evidence() {
    return this.world.evidence.filter(({ turn }) => turn <= this.#turn);
  }
}

/** ln odds of the hidden fact in a chat answer; 0 where it could not be read. */
export function adviceOf(text: string): number {
  const p = Number(/probability ([\d.]+)\./u.exec(text)?.[1] ?? 0.5);
  const held = Math.min(0.98, Math.max(0.02, p));
  return Math.log(held / (1 - held));
}

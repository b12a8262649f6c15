/** What the simulated model says, before it becomes text: faults change these, never the text. */
export type ModelAnswer =
  | {
      readonly form: 'chat';
      readonly says: string;
      readonly claims: readonly ModelClaim[];
      readonly proposal: string;
      readonly breaks: readonly string[];
      readonly pHidden: number;
      readonly summary: string;
    }
  | { readonly form: 'choice'; readonly choice: 'A' | 'B' | 'unsure'; readonly p: number }
  | { readonly form: 'estimate'; readonly p: number | null; readonly refuses?: boolean }
  | { readonly form: 'recall'; readonly items: Readonly<Record<string, string>> }
  | { readonly form: 'short'; readonly answer: string }
  | { readonly form: 'parties'; readonly parties: readonly string[] }
  | {
      readonly form: 'challenge';
      readonly challenge: string;
      readonly attacks: string;
      readonly settledBy: string;
      readonly moves: number;
    };

export interface ModelClaim {
  readonly text: string;
  readonly id: string | null;
  readonly title: string | null;
  readonly quote: string | null;
}

/** As an OpenAI-compatible endpoint would answer. */
export interface Completion {
  readonly text: string;
  readonly finish: 'stop' | 'length' | 'content_filter';
  readonly model: string;
  readonly fingerprint: string;
  readonly usage: { readonly in: number; readonly out: number };
}

export function renderAnswer(answer: ModelAnswer): string {
  switch (answer.form) {
    case 'chat':
      return [
        answer.says,
        ...answer.claims.map(renderClaim),
        `Summary: ${answer.summary}`,
        `Proposal: ${answer.proposal}${answer.breaks.length > 0 ? ` (breaks ${answer.breaks.join(', ')})` : ''}; probability ${answer.pHidden.toFixed(3)}.`,
      ].join('\n');
    case 'choice':
      return JSON.stringify({ choice: answer.choice, p: answer.p });
    case 'estimate':
      if (answer.refuses) return 'I cannot help with that question.';
      return JSON.stringify(answer.p === null ? { cannot: 'nothing can be known about it' } : { p: answer.p });
    case 'recall':
      return JSON.stringify({ items: answer.items });
    case 'short':
      return JSON.stringify({ answer: answer.answer });
    case 'parties':
      return JSON.stringify({ parties: answer.parties });
    case 'challenge': {
      const { form: _, ...said } = answer;
      return JSON.stringify(said);
    }
  }
}

function renderClaim({ text, id, title, quote }: ModelClaim): string {
  return `- ${text}${id ? ` [${id}${title ? ` | ${title}` : ''}]` : ''}${quote ? ` "${quote}"` : ''}`;
}

const CLAIM = /^- (.*?)(?: \[([^\]|]+?)(?: \| ([^\]]+))?\])?(?: "([^"]+)")?$/u;
const PROPOSAL = /^Proposal: (\S+?)(?: \(breaks ([^)]*)\))?; probability ([\d.]+)\.$/mu;

/** Reads a chat answer back: what the extraction call of a session asks the model to do with its own last turn. */
export function extractFrom(text: string): string {
  const proposal = PROPOSAL.exec(text);
  const claims = text.split('\n').flatMap((line) => {
    const found = CLAIM.exec(line);
    return found ? [{ text: found[1], id: found[2] ?? null, title: found[3] ?? null, quote: found[4] ?? null }] : [];
  });
  return JSON.stringify({
    proposal: proposal?.[1] ?? 'new',
    breaks: proposal?.[2]?.split(', ') ?? [],
    p: proposal ? Number(proposal[3]) : null,
    claims,
  });
}

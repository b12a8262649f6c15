import { inputs } from '@broadsheet/newsroom/decisions';
import type { Host } from '@broadsheet/newsroom/host';
import { findPaper, type Paper, plainText } from '@broadsheet/newsroom/papers';

/** The paper that a decision is about, where it is here under this very key. */
export async function paperOf(host: Host, key: string | null): Promise<Paper | undefined> {
  const paper = key ? await findPaper(host.database.db, key) : undefined;
  return paper && !('movedTo' in paper) ? paper : undefined;
}

/** Its abstract, as the first evidence of a decision. */
export function evidenceOf(paper: Paper | undefined) {
  if (!paper?.abstract) return undefined;
  return inputs.EvidenceInput.parse({
    source: `paper ${paper.key}`,
    title: plainText(paper.title).slice(0, 300),
    text: plainText(paper.abstract).slice(0, 20_000),
    direction: 'for',
  });
}

import type { Schema } from '@broadsheet/database';
import type { Selectable } from 'kysely';
import type { Host } from '../../host/index.ts';
import { otherModelOf } from '../models-of.ts';
import { Refused } from '../refused.ts';
import type { DecisionState } from '../state.ts';
import { bundledEndpoint } from './bundled.ts';
import { type ModelEndpoint, withRetries } from './endpoint.ts';
import { openKey, sealKey } from './keys.ts';
import { hasModel, listModels } from './models.ts';
import { BUNDLED, SECOND_BUNDLED } from './names.ts';
import { openAiEndpoint } from './openai.ts';
import { type ModelEndpointFacts, refuseLinkLocal, safeFetch } from './safe-fetch.ts';

export {
  estimateTokens,
  type ModelEndpoint,
  ModelError,
  type ModelReply,
  type ModelRequest,
  withRetries,
} from './endpoint.ts';
export { BUNDLED, SECOND_BUNDLED } from './names.ts';
export { openAiEndpoint } from './openai.ts';
export { type ModelEndpointFacts, RefusedAddress, safeFetch } from './safe-fetch.ts';

/**
 * The model that advises now, the second one that challenges and can take its place, or the judge.
 * @throws {Refused} where it is no longer set up
 */
export async function endpointOf(
  host: Host,
  state: DecisionState,
  which: 'first' | 'second' | 'judge' = 'first',
): Promise<ModelEndpoint> {
  const ids = { first: state.endpoint, second: otherModelOf(state), judge: state.judge };
  const id = ids[which];
  if (id === null) throw new Refused(NO_OTHER[which]);
  if (id === BUNDLED || id === SECOND_BUNDLED) return bundledEndpoint(state, { isSecond: id === SECOND_BUNDLED });
  const row = await host.database.db.selectFrom('model_endpoint').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row)
    throw new Refused(
      `The model "${id}" of this decision is no longer set up here. An administrator adds it under Models.`,
    );
  const origin = new URL(row.base_url).origin;
  const key = row.sealed_key === null ? null : openKey(host, origin, row.sealed_key);
  if (row.sealed_key !== null && key === null)
    throw new Refused(
      `The key of "${row.label}" cannot be opened: it was entered for another address, or by another site. Enter it again.`,
    );
  return withRetries(openAiEndpoint(factsOf(row), key, safeFetch([origin])));
}

const NO_OTHER = {
  first: 'No model advises in this decision.',
  second:
    'No other model takes part in this decision: none was named, or it was replaced itself. Start a fresh context, ask the neutral question, use the checklist, or stop.',
  judge: 'No judge takes part in this decision: none was named, or it was replaced as advisor.',
} as const;

export async function listEndpoints(host: Host): Promise<(ModelEndpointFacts & { hasKey: boolean })[]> {
  const rows = await host.database.db.selectFrom('model_endpoint').selectAll().orderBy('label').execute();
  return rows.map((row) => ({ ...factsOf(row), hasKey: row.sealed_key !== null }));
}

/**
 * Adds a model server, or changes it. A key is kept only while the origin stays the same.
 * @throws {RefusedAddress} for an address that no model server may have
 * @throws {Refused} where the server lists its models and this one is not among them
 */
export async function saveEndpoint(host: Host, facts: ModelEndpointFacts, key: string | null): Promise<void> {
  const url = new URL(facts.baseUrl);
  await refuseLinkLocal(url.hostname);
  const known = await host.database.db
    .selectFrom('model_endpoint')
    .select(['base_url', 'sealed_key'])
    .where('id', '=', facts.id)
    .executeTakeFirst();
  const kept = known && new URL(known.base_url).origin === url.origin ? known.sealed_key : null;
  const models = await listModels(facts, key ?? (kept && openKey(host, url.origin, kept)), safeFetch([url.origin]));
  if (models && !hasModel(models, facts.model))
    throw new Refused(
      `${url.host} has no model "${facts.model}". It has: ${models.slice(0, 40).join(', ') || 'none; load one there first'}.`,
    );
  const row = {
    label: facts.label,
    base_url: facts.baseUrl,
    model: facts.model,
    window_tokens: facts.windowTokens,
    price_in: facts.priceIn,
    price_out: facts.priceOut,
    sealed_key: key ? sealKey(host, url.origin, key) : kept,
  };
  await host.database.db
    .insertInto('model_endpoint')
    .values({ id: facts.id, added_at: host.now(), ...row })
    .onConflict((c) => c.column('id').doUpdateSet(row))
    .execute();
}

export async function removeEndpoint(host: Host, id: string): Promise<void> {
  await host.database.db.deleteFrom('model_endpoint').where('id', '=', id).execute();
}

function factsOf(row: Selectable<Schema['model_endpoint']>): ModelEndpointFacts {
  return {
    id: row.id,
    label: row.label,
    baseUrl: row.base_url,
    model: row.model,
    windowTokens: row.window_tokens,
    priceIn: row.price_in,
    priceOut: row.price_out,
  };
}

import { NOBODY } from '@broadsheet/newsroom/accounts';
import { currentHost } from '@broadsheet/newsroom/host';
import { createApi } from '../../api/index.ts';
import type { PageServerLoad } from './$types';

interface JsonSchema {
  type?: string | string[];
  enum?: unknown[];
  default?: unknown;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  oneOf?: JsonSchema[];
}

interface Document {
  paths: Record<
    string,
    Record<
      string,
      {
        summary?: string;
        requestBody?: { content?: { 'application/json'?: { schema?: JsonSchema } } };
        parameters?: {
          name: string;
          in: string;
          required?: boolean;
          schema?: { type?: string; enum?: string[]; default?: unknown };
        }[];
      }
    >
  >;
}

/** The OpenAPI document, laid out to be read. */
export const load: PageServerLoad = async ({ url, setHeaders }) => {
  const api = createApi({ host: currentHost, readerOf: async () => NOBODY });
  const document = (await (await api.fetch(new Request(`${url.origin}/api/openapi.json`))).json()) as Document;
  setHeaders({ 'cache-control': 'public, max-age=0, must-revalidate' });
  return {
    routes: Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, route]) => ({
        method: method.toUpperCase(),
        path,
        summary: route.summary ?? '',
        body: bodyOf(route.requestBody?.content?.['application/json']?.schema),
        parameters: (route.parameters ?? []).map((p) => ({
          name: p.name,
          kind: [
            p.schema?.enum?.join(' | ') ?? p.schema?.type ?? '',
            p.schema?.default === undefined ? '' : `default ${String(p.schema.default)}`,
          ]
            .filter(Boolean)
            .join(', '),
        })),
      })),
    ),
    example: `from huggingface_hub import HfApi\n\napi = HfApi(endpoint="${url.origin}")\nfor paper in api.list_daily_papers(date="2025-12-30"):\n    print(paper.title)`,
  };
};

/** What a body holds, a line a field; of several kinds of body, a line a kind. */
function bodyOf(schema: JsonSchema | undefined): { name: string; kind: string }[] {
  if (!schema) return [];
  if (schema.oneOf)
    return schema.oneOf.map((kind) => {
      const { step, input } = kind.properties ?? {};
      return { name: String(step?.enum?.[0] ?? ''), kind: Object.keys(input?.properties ?? {}).join(', ') };
    });
  return Object.entries(schema.properties ?? {}).map(([name, field]) => ({
    name,
    kind: [
      field.enum?.map(String).filter(Boolean).join(' | ') ?? [field.type ?? ''].flat().join(' or '),
      field.default === undefined || field.default === null || field.default === ''
        ? ''
        : `default ${JSON.stringify(field.default)}`,
      schema.required?.includes(name) ? 'required' : '',
    ]
      .filter(Boolean)
      .join(', '),
  }));
}

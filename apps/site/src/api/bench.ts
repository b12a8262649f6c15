import type { Host } from '@broadsheet/newsroom/host';
import { findRun } from '@broadsheet/newsroom/lab';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { ApiEnv } from './index.ts';
import { askResponses, askShape, runShape, shownRun, takeRun } from './lab.ts';
import { Problem } from './problem.ts';
import { json, refusal } from './shapes.ts';

const BENCH = 'five-layer';

const ask = createRoute({
  method: 'post',
  path: '/bench/runs',
  summary: 'Runs the bench of decisions: the lab’s experiment five-layer, by another name',
  request: {
    body: { required: true, content: { 'application/json': { schema: askShape.omit({ experiment: true }) } } },
  },
  responses: { ...askResponses, 404: refusal('The bench is not here.') },
});
const one = createRoute({
  method: 'get',
  path: '/bench/runs/{id}',
  summary: 'How a run of the bench is doing; its events and result are the lab’s',
  request: { params: z.object({ id: z.string().max(80) }) },
  responses: { 200: json(runShape, 'The run.'), 404: refusal('There is no such run of the bench.') },
});

/** The bench of decisions. It is an experiment like any other, and its runs are the lab's. */
export function benchApi(host: () => Host, createApp: () => OpenAPIHono<ApiEnv>): OpenAPIHono<ApiEnv> {
  const app = createApp();
  app.openapi(ask, async (c) => {
    const run = await takeRun(host(), c, { experiment: BENCH, ...c.req.valid('json') });
    c.header('Location', `/api/bench/runs/${run.id}`);
    return c.json(shownRun(host(), run), 202);
  });
  app.openapi(one, async (c) => {
    const { id } = c.req.valid('param');
    const run = await findRun(host(), id);
    if (run?.experiment !== BENCH) throw new Problem(404, 'No such run', `There is no run ${id} of the bench here.`);
    return c.json(shownRun(host(), run), 200);
  });
  return app;
}

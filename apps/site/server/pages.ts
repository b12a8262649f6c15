import type { IncomingMessage, ServerResponse } from 'node:http';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { setResponse } from '@sveltejs/kit/node';
import { asProblem } from './problem.ts';

/** The built pages: what answers when neither the cache nor the server itself does. */
export interface Pages {
  isAsset(pathname: string): boolean;
  sendAsset(request: IncomingMessage, response: ServerResponse): void;
  respond(request: Request, caller: { req: IncomingMessage; clientAddress: string }): Promise<Rendered>;
  /** Hands a streamed answer (server-sent events) through as it comes. */
  stream(response: ServerResponse, answer: Response): void;
}

/** An answer; a page's HTML stands beside it and not in its body (src/lib/server/hand-over.ts). */
export interface Rendered {
  response: Response;
  html?: string;
}

const BUILD = new URL('../build/', import.meta.url);

interface BuiltServer {
  respond(request: Request, options: { getClientAddress(): string; platform?: unknown }): Promise<Response>;
}

/** Loads the pages that `npm start` built. */
export async function loadPages(): Promise<Pages> {
  const load = (file: string) => import(pathToFileURL(fileURLToPath(new URL(file, BUILD))).href);
  let built: { server: BuiltServer; assets: { entries: [string, unknown][]; aliases: [string, string][] } };
  let handler: (request: IncomingMessage, response: ServerResponse, next: () => void) => void;
  try {
    ({ handler } = await load('handler.js'));
    built = await load('adapter-node.js');
  } catch (error) {
    throw new Error(
      `The pages are not built (${(error as Error).message}); run "npm start", or "npm run build -w apps/site".`,
      {
        cause: error,
      },
    );
  }
  const assets = new Set([...built.assets.entries, ...built.assets.aliases].map(([path]) => path));
  return {
    isAsset: (pathname) => assets.has(pathname),
    sendAsset: (request, response) => handler(request, response, () => response.writeHead(404).end()),
    async respond(request, { req, clientAddress }) {
      const platform: { req: IncomingMessage; html?: string } = { req };
      const response = await built.server.respond(request, { platform, getClientAddress: () => clientAddress });
      return { response: await asProblem(response, request), html: platform.html };
    },
    stream: (response, answer) => void setResponse(response, answer),
  };
}

import { existsSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterAll } from "vitest";
import { routePath } from "#lib/http/fleet-paths.ts";
import type { RouteHandler } from "#lib/http/route.ts";

const ROUTES = join(import.meta.dirname, "../../app/api/v1");

interface Match {
  file: string;
  params: Record<string, string>;
}

/** The route file of a path, found as Next finds it: a fixed name wins over a parameter. */
function matchRoute(folder: string, segments: string[], params = {}): Match | undefined {
  const [segment, ...rest] = segments;
  if (segment === undefined) {
    const file = join(folder, "route.ts");
    return existsSync(file) ? { file, params } : undefined;
  }
  if (existsSync(join(folder, segment))) return matchRoute(join(folder, segment), rest, params);
  const name = readdirSync(folder).find((entry) => entry.startsWith("["));
  if (!name) return undefined;
  return matchRoute(join(folder, name), rest, { ...params, [name.slice(1, -1)]: segment });
}

async function answer(url: URL, init: RequestInit): Promise<Response> {
  const path = routePath(url.pathname);
  const segments = path.replace("/api/v1/", "").split("/").map(decodeURIComponent);
  const match = matchRoute(ROUTES, segments);
  if (!match) return new Response("no such route", { status: 404 });
  const handlers: Record<string, RouteHandler | undefined> = await import(match.file);
  const handler = handlers[init.method ?? "GET"];
  if (!handler) return new Response("no such method", { status: 405 });
  return handler(new Request(url, init), { params: Promise.resolve(match.params) });
}

/** The REST API's real routes over HTTP, without Next. Closed after the last test of the file. */
export async function serveRoutes(): Promise<string> {
  const server = createServer(async (req, res) => {
    const url = new URL(req.url ?? "/", `http://${req.headers.host}`);
    const body = req.method === "GET" ? undefined : await buffer(req);
    const response = await answer(url, {
      method: req.method,
      headers: new Headers(req.headers as Record<string, string>),
      body: body?.length ? new Uint8Array(body) : undefined,
    });
    res.writeHead(response.status, Object.fromEntries(response.headers));
    res.end(Buffer.from(await response.arrayBuffer()));
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

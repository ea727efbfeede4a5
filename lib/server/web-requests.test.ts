import { once } from "node:events";
import { createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { createMetrics } from "../metrics.ts";
import { currentRequestId } from "../request-id.ts";
import { dispatch } from "./dispatch.ts";

const metrics = createMetrics();
const heard: (string | undefined)[] = [];
const server = createServer(
  dispatch(
    {
      operations: {},
      web: async (req, res) => {
        await sleep(1);
        heard.push(currentRequestId());
        if (req.url === "/slow") return;
        res.statusCode = req.url?.includes("attest") ? 503 : 200;
        res.end();
      },
    },
    metrics,
  ),
).listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as AddressInfo;
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const ask = (path: string, headers = {}) => fetch(`http://127.0.0.1:${port}${path}`, { headers });

async function counted(route: string, outcome: string): Promise<number> {
  const { values } = await metrics.webRequests.get();
  const found = values.find(({ labels }) => labels.route === route && labels.outcome === outcome);
  return found?.value ?? 0;
}

test("requests are counted and timed by a route that nobody can make up, and by outcome", async () => {
  await ask("/api/v1/muster/attest/one?secret=two");
  await ask("/api/v1/muster/attest/two");
  for (let n = 0; n < 20; n++) await ask(`/made-up-${n}/path`);
  await expect.poll(() => counted("attest", "5xx")).toBe(2);
  await expect.poll(() => counted("page", "2xx")).toBe(20);
  const text = await metrics.registry.metrics();
  expect(text).toContain('muster_web_seconds_count{route="attest"} 2');
  expect(text).not.toMatch(/made-up|secret/);
});

test("a client that goes away before its answer is nobody's failure", async () => {
  const request = get({ port, path: "/slow" });
  request.on("error", () => undefined);
  await once(request, "socket");
  await expect.poll(() => heard.length).toBeGreaterThan(22);
  request.destroy();
  await expect.poll(() => counted("page", "aborted")).toBe(1);
});

test("the id of a request is in its answer and with whoever answers it", async () => {
  const id = "0af7651916cd43dd8448eb211c80319c";
  const answer = await ask("/hosts", { "X-Request-Id": id });
  expect(answer.headers.get("x-request-id")).toBe(id);
  expect(heard.at(-1)).toBe(id);
});

test("an id with other characters, or a long one, is replaced", async () => {
  for (const id of ["a b", 'x"y', "x".repeat(65)]) {
    const given = (await ask("/hosts", { "X-Request-Id": id })).headers.get("x-request-id");
    expect(given).toMatch(/^[0-9a-f-]{36}$/);
    expect(heard.at(-1)).toBe(given);
  }
});

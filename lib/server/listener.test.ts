import { once } from "node:events";
import type { IncomingMessage, RequestListener } from "node:http";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { Admission } from "#lib/agent/admission.ts";
import { env } from "#lib/env.ts";
import { createLog } from "#lib/log.ts";
import { createMetrics } from "#lib/metrics.ts";
import { bareMount } from "#lib/testing/agent.ts";
import { listen } from "./listener.ts";

const MAX = 3;

async function listenUpTo(
  connectionsMax: number,
  answer: RequestListener = (_, res) => res.end("served"),
) {
  const said: unknown[] = [];
  let dropped = 0;
  const { server, stop } = await listen(
    { ...env(), host: "127.0.0.1", port: 0, tlsSelfSigned: "" },
    answer,
    { onError: (error) => said.push(error), onDrop: () => dropped++, connectionsMax },
  );
  onTestFinished(stop);
  const { port } = server.address() as { port: number };
  return { server, open: () => connect(port, "127.0.0.1"), said, dropped: () => dropped };
}

/** The answer to one request, and the connection stays. */
async function ask(socket: Socket): Promise<string> {
  socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  const [answer] = await once(socket, "data");
  return String(answer);
}

test("connections past the bound are closed at once and counted, said once, and others are served", async () => {
  const { open, said, dropped } = await listenUpTo(MAX);
  const held = Array.from({ length: MAX }, open);
  await Promise.all(held.map((socket) => once(socket, "connect")));
  const refused = [open(), open()].map((socket) => {
    socket.on("error", () => undefined);
    return once(socket, "close");
  });
  await Promise.all(refused);
  expect(dropped()).toBe(2);
  expect(said.map(String)).toEqual([expect.stringContaining(`${MAX} connections are open`)]);

  expect(await ask(held[0]!)).toContain("served");
  for (const socket of held) socket.destroy();
});

test("past half of the bound an answer is the last of its connection, so that others find room", async () => {
  const { open } = await listenUpTo(4);
  const sockets = [open(), open()];
  await Promise.all(sockets.map((socket) => once(socket, "connect")));
  for (const socket of sockets) expect(await ask(socket)).toContain("Connection: keep-alive");

  sockets.push(open());
  const third = sockets[2]!;
  const closed = once(third, "close");
  expect(await ask(third)).toContain("Connection: close");
  await closed;
  for (const socket of sockets) socket.destroy();
});

test("past half of the bound who says nothing is cut off, and who is in the middle of a request is not", async () => {
  const { open } = await listenUpTo(4);
  const [asking, ...silent] = [open(), open(), open(), open()];
  asking.write("GET / HTTP/1.1\r\n");
  let closed = 0;
  for (const socket of silent) socket.once("close", () => closed++);
  // Where they were accepted a moment apart, the last may stay: with two there is no crowd any more.
  await expect.poll(() => closed, { timeout: 9_000 }).toBeGreaterThanOrEqual(2);
  asking.write("Host: x\r\n\r\n");
  const [answer] = await once(asking, "data");
  expect(String(answer)).toContain("served");
  asking.destroy();
});

/** Agents' API on a server whose database takes no more answers. */
function fullAgents(): RequestListener {
  const metrics = createMetrics();
  const admission = new Admission({ log: createLog("fatal"), metrics, isFull: () => true });
  return bareMount(admission, metrics);
}

test("past half of the bound an agent that is refused hears so after all of its body", async () => {
  const { open, server } = await listenUpTo(2, fullAgents());
  const idle = open();
  const agent = open();
  const errors: unknown[] = [];
  agent.on("error", (error) => errors.push(error));
  const half = "x".repeat(100_000);
  const asked = once(server, "request") as Promise<[IncomingMessage]>;
  agent.write("POST /api/osquery/distributed/write HTTP/1.1\r\nHost: x\r\n");
  agent.write(`Content-Length: ${2 * half.length}\r\n\r\n${half}`);
  const [req] = await asked;
  agent.write(half);
  const answer = await text(agent);
  expect(answer).toContain("503 Service Unavailable");
  expect(answer).toContain("Connection: close");
  expect(req.complete).toBe(true);
  expect(errors).toEqual([]);
  idle.destroy();
});

import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { env } from "#lib/env.ts";
import { listen } from "./listener.ts";

const MAX = 3;

async function listenUpTo(connectionsMax: number) {
  const said: unknown[] = [];
  let dropped = 0;
  const { server, stop } = await listen(
    { ...env(), host: "127.0.0.1", port: 0, tlsSelfSigned: "" },
    (_, res) => res.end("served"),
    { onError: (error) => said.push(error), onDrop: () => dropped++, connectionsMax },
  );
  onTestFinished(stop);
  const { port } = server.address() as { port: number };
  return { open: () => connect(port, "127.0.0.1"), said, dropped: () => dropped };
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

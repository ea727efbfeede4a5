import { once } from "node:events";
import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { env } from "#lib/env.ts";
import { listen } from "./listener.ts";

const MAX = 3;

test("connections past the bound are closed at once and counted, said once, and others are served", async () => {
  const said: unknown[] = [];
  let dropped = 0;
  const { server, stop } = await listen(
    { ...env(), host: "127.0.0.1", port: 0, tlsSelfSigned: "" },
    (_, res) => res.end("served"),
    { onError: (error) => said.push(error), onDrop: () => dropped++, connectionsMax: MAX },
  );
  onTestFinished(stop);
  const { port } = server.address() as { port: number };
  const open = () => connect(port, "127.0.0.1");
  const held = Array.from({ length: MAX }, open);
  await Promise.all(held.map((socket) => once(socket, "connect")));
  const refused = [open(), open()].map((socket) => {
    socket.on("error", () => undefined);
    return once(socket, "close");
  });
  await Promise.all(refused);
  expect(dropped).toBe(2);
  expect(said.map(String)).toEqual([expect.stringContaining(`${MAX} connections are open`)]);

  held[0]?.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const [answer] = await once(held[0]!, "data");
  expect(String(answer)).toContain("served");
  for (const socket of held) socket.destroy();
});

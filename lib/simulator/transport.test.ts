import https from "node:https";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { makeAuthority, makeServerCertificate } from "#lib/tls/certificates.ts";
import { createGate } from "./gate.ts";
import { createTransport } from "./transport.ts";

const caller = { nodeKey: "k", osqueryVersion: "5.23.1", signal: new AbortController().signal };

test("over TLS an agent trusts the given authority and no other, and sends its key in the header", async () => {
  const [ours, theirs] = [await makeAuthority(), await makeAuthority()];
  const { certificate, key } = await makeServerCertificate(ours, "localhost");
  const server = https.createServer({ cert: certificate, key }, (request, response) =>
    response.end(JSON.stringify({ seen: request.headers.authorization })),
  );
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const serverUrl = `https://localhost:${(server.address() as AddressInfo).port}`;
  const post = (ca: string) =>
    createTransport({ serverUrl, ca, gate: createGate(1) }).post("/x", {}, caller);

  expect(await post(ours.certificate)).toEqual({ kind: "ok", body: { seen: "NodeKey k" } });
  expect((await post(theirs.certificate)).kind).toBe("failed");
  server.close();
});

test("the gate keeps to its limit and lets the waiting in as places get free", async () => {
  const gate = createGate(3);
  let running = 0;
  let most = 0;
  const task = async () => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 1));
    running--;
  };
  await Promise.all(Array.from({ length: 20 }, () => gate.run(task)));
  expect(most).toBe(3);
});

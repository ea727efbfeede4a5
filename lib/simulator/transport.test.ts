import "reflect-metadata";
import https from "node:https";
import type { AddressInfo } from "node:net";
import * as x509 from "@peculiar/x509";
import { expect, test } from "vitest";
import { createGate } from "./gate.ts";
import { createTransport } from "./transport.ts";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

async function selfSigned(): Promise<{ cert: string; key: string }> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    name: "CN=localhost",
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true),
      new x509.SubjectAlternativeNameExtension([{ type: "dns", value: "localhost" }]),
    ],
  });
  const key = Buffer.from(await crypto.subtle.exportKey("pkcs8", keys.privateKey));
  const body = key.toString("base64").replace(/.{64}/g, "$&\n");
  return {
    cert: cert.toString("pem"),
    key: `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`,
  };
}

const caller = { nodeKey: "k", osqueryVersion: "5.23.1", signal: new AbortController().signal };

test("over TLS an agent trusts the given authority and no other, and sends its key in the header", async () => {
  const [ours, theirs] = [await selfSigned(), await selfSigned()];
  const server = https.createServer(ours, (request, response) =>
    response.end(JSON.stringify({ seen: request.headers.authorization })),
  );
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const serverUrl = `https://localhost:${(server.address() as AddressInfo).port}`;
  const post = (ca: string) =>
    createTransport({ serverUrl, ca, gate: createGate(1) }).post("/x", {}, caller);

  expect(await post(ours.cert)).toEqual({ kind: "ok", body: { seen: "NodeKey k" } });
  expect((await post(theirs.cert)).kind).toBe("failed");
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

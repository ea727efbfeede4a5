import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { createServer, request } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { ensureSelfSigned, loadServerTls } from "./server-tls.ts";

const DAY_MS = 86_400_000;
const folder = await mkdtemp(join(tmpdir(), "muster-test-"));
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => vi.useRealTimers());

const serial = (cert: string) => new X509Certificate(cert).serialNumber;

test("a client that knows only the CA file reaches the server by its name and by address", async () => {
  const tls = await ensureSelfSigned(folder, "muster.example.com");
  const ca = await readFile(tls.authorityFile!, "utf8");
  const server = createServer(tls, (_req, res) => res.end("ok")).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  for (const servername of ["muster.example.com", "localhost", ""]) {
    const call = request({ host: "127.0.0.1", port, ca, servername, agent: false }).end();
    const [response] = await once(call, "response");
    expect(response.statusCode).toBe(200);
    response.resume();
  }
  server.close();
});

test("the certificate stays until it nears its end, then is renewed under the same CA", async () => {
  const first = await ensureSelfSigned(folder, "muster.example.com");
  expect(serial((await ensureSelfSigned(folder, "muster.example.com")).cert)).toBe(
    serial(first.cert),
  );
  const ca = await readFile(first.authorityFile!, "utf8");

  vi.useFakeTimers({ now: Date.now() + 360 * DAY_MS, toFake: ["Date"] });
  const renewed = await ensureSelfSigned(folder, "muster.example.com");
  expect(serial(renewed.cert)).not.toBe(serial(first.cert));
  expect(await readFile(renewed.authorityFile!, "utf8")).toBe(ca);
});

test("another name gets another certificate, and private keys are for the owner alone", async () => {
  const { cert } = await ensureSelfSigned(folder, "10.1.2.3");
  expect(new X509Certificate(cert).checkIP("10.1.2.3")).toBe("10.1.2.3");
  expect((await stat(join(folder, "server.pem"))).mode & 0o777).toBe(0o600);
  expect((await stat(join(folder, "authority.pem"))).mode & 0o777).toBe(0o600);
});

test("a certificate file that is not there is named", async () => {
  const env = {
    tlsCert: "/no/cert.pem",
    tlsKey: "/no/key.pem",
    tlsSelfSigned: "",
    dataDir: folder,
  };
  await expect(loadServerTls(env)).rejects.toThrow("--tls-cert: /no/cert.pem");
});

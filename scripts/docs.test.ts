import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";
import { serveRoutes } from "#lib/cli/test-server.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { answer, insertHost } from "#lib/testing/fixtures.ts";
import { freePort } from "#lib/testing/free-port.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { insertUser } from "#lib/testing/world.ts";
import { generatedPages } from "./docs.ts";

await testDatabase();
const address = await serveRoutes();
const ROOT = join(import.meta.dirname, "..");
const pages = ["README.md", "ARCHITECTURE.md"].concat(
  readdirSync(join(ROOT, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
);

test("settings and metrics are documented as the code has them (npx tsx scripts/docs.ts)", async () => {
  for (const [name, text] of Object.entries(await generatedPages())) {
    expect(readFileSync(join(ROOT, "docs", name), "utf8"), name).toBe(text);
  }
});

const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} -]/gu, "")
    .replaceAll(" ", "-");

test.each(pages)("the links of %s lead somewhere", (page) => {
  const text = readFileSync(join(ROOT, page), "utf8");
  const targets = [...text.matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, target = ""]) => target);
  for (const target of targets.filter((one) => !one.includes("images/"))) {
    const [path = "", anchor] = target.split("#");
    const file = path === "" ? join(ROOT, page) : resolve(ROOT, dirname(page), path);
    expect(existsSync(file), target).toBe(true);
    if (!anchor) continue;
    const headings = [...readFileSync(file, "utf8").matchAll(/^#+ (.*)$/gm)];
    expect(headings.map(([, heading = ""]) => anchorOf(heading))).toContain(anchor);
  }
});

async function startGate(): Promise<string> {
  const { token } = await insertUser("observer");
  const port = await freePort();
  const gate: ChildProcess = spawn(process.execPath, [join(ROOT, "docs/examples/gate.mjs")], {
    env: { ...process.env, MUSTER_ADDRESS: address, MUSTER_TOKEN: token, GATE_PORT: String(port) },
    stdio: ["ignore", "pipe", "ignore"],
  });
  afterAll(() => gate.kill());
  await new Promise((ready) => gate.stdout?.once("data", ready));
  return `http://127.0.0.1:${port}`;
}

const gate = await startGate();
const ask = (device: string) => fetch(gate, { headers: { "X-Device": device } });

test("the gate of docs/attestation.md lets a pass through and sends a fail to My device", async () => {
  const policyId = await insertPolicy({ critical: true });
  const hostId = await insertHost({ hostname: "laptop" });
  expect((await ask("laptop")).status).toBe(403);

  await answer(hostId, policyId, "fail");
  const refused = await ask("laptop");
  expect(refused.status).toBe(403);
  expect(refused.headers.get("x-my-device")).toMatch(/^http.*\/device\/[\w-]+$/);

  await answer(hostId, policyId, "pass");
  expect((await ask("laptop")).status).toBe(204);
  // Within max-age a pass is reused: the price of caching that the page names.
  await answer(hostId, policyId, "fail");
  expect((await ask("laptop")).status).toBe(204);
});

test("the gate stays closed for devices that nobody knows, and for none", async () => {
  for (const device of ["stranger", "../../fleet/version", ""]) {
    const refused = await ask(device);
    expect(refused.status).toBe(403);
    expect(refused.headers.get("x-my-device")).toBeNull();
  }
});

import { vi } from "vitest";
import { releaseDatabase } from "../database.ts";
import { publishEnv } from "../env.ts";

/**
 * Test files share a process and its modules, because loading the modules takes longer than most
 * tests. Runs before each file: what the file before left in the process is put away, even when it
 * broke off. Modules may keep what their database is the key of, and nothing else that tells.
 */
const first = globalThis as { variablesAtFirst?: Record<string, string | undefined> };
first.variablesAtFirst ??= { ...process.env };

vi.useRealTimers();
vi.unstubAllEnvs();
vi.unstubAllGlobals();
for (const name of Object.keys(process.env)) {
  if (!(name in first.variablesAtFirst)) delete process.env[name];
}
Object.assign(process.env, first.variablesAtFirst);
publishEnv([]);

await releaseDatabase();
// Everything that lib/ keeps on globalThis has such a name: pools, log, followed runs.
for (const name of Object.keys(globalThis)) {
  if (name.startsWith("muster")) Reflect.deleteProperty(globalThis, name);
}

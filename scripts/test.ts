import { existsSync } from "node:fs";
import { join } from "node:path";
import { ensureBuild } from "./build.ts";
import {
  ensureChromium,
  ensureDatabaseServer,
  ensureDumpProgram,
  ensureGalera,
  ensureNginx,
} from "./install.ts";
import { mustRun, run } from "./run.ts";
import {
  FAILED,
  type Finding,
  NOTHING,
  PASSED,
  readPlaywright,
  readVitest,
  removeReports,
  reportPath,
  type TestCounts,
} from "./test-reports.ts";

const USAGE = `Checks everything: format and lint, types, structure, unit and database tests, build,
whole processes that are killed, browser tests.

Usage: bin/test [--only STEP,STEP] [--also-mysql SCRIPT] [--also-galera]

  --only        biome, types, structure, vitest, build, processes, playwright, mysql or galera
  --also-mysql  a script that prints the path of another mysqld; the database tests run on it too
  --also-galera the database tests run on a cluster of three nodes too
`;

const bin = (name: string) => join("node_modules", ".bin", name);

/** A step without tests of its own counts as one. */
async function check(command: string, argv: string[]): Promise<TestCounts> {
  const { code } = await run(command, argv, { show: true });
  return code === 0 ? PASSED : FAILED;
}

interface VitestOptions {
  config?: string;
  variables?: Record<string, string>;
}

const reporters = (report: string) => [
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${reportPath(report)}`,
];

async function vitest(report: string, options: VitestOptions = {}): Promise<TestCounts> {
  const { config, variables } = options;
  const argv = ["run", ...(config ? ["--config", config] : []), ...reporters(report)];
  const { code } = await run(bin("vitest"), argv, { show: true, env: variables });
  return readVitest(report, code);
}

async function playwright(): Promise<TestCounts> {
  await ensureChromium();
  const { code } = await run(bin("playwright"), ["test"], { show: true });
  return readPlaywright("playwright.json", code);
}

/** The tests again on another database server; nothing to count where that is not there. */
async function mysql(script: string): Promise<TestCounts> {
  if (!existsSync(script)) {
    console.log(`${script} is not there, so the database tests did not run on MySQL.`);
    return NOTHING;
  }
  const { code, output } = await run(script, []);
  const program = output.trimEnd().split("\n").at(-1) ?? "";
  if (code === 0) return vitest("vitest-mysql.json", { variables: { MUSTER_MYSQLD: program } });
  console.error(output);
  return FAILED;
}

const tsx = ["--import", "tsx"];

/** And on a cluster; nothing to count where none can be made. */
async function galera(): Promise<TestCounts> {
  if (!(await ensureGalera())) {
    console.log("Galera is not there, so the database tests did not run on a cluster.");
    return NOTHING;
  }
  const argv = [...tsx, "scripts/galera.ts", "lib/", "db/", ...reporters("vitest-galera.json")];
  const { code } = await run(process.execPath, argv, { show: true });
  return readVitest("vitest-galera.json", code);
}

const STEPS: Record<string, () => Promise<TestCounts>> = {
  biome: () => check(bin("biome"), ["check", "--error-on-warnings", "."]),
  types: async () => {
    // Next's own declarations, which a fresh clone lacks.
    await mustRun(process.execPath, ["node_modules/next/dist/bin/next", "typegen"]);
    return check(bin("tsc"), ["--noEmit"]);
  },
  structure: () => check(process.execPath, [...tsx, "scripts/check-structure.ts"]),
  vitest: async () => {
    await ensureDatabaseServer();
    return vitest("vitest.json");
  },
  build: async () => {
    await ensureBuild();
    return PASSED;
  },
  processes: async () => {
    await ensureDatabaseServer();
    await ensureDumpProgram();
    await ensureNginx();
    return vitest("processes.json", { config: "vitest.processes.config.ts" });
  },
  playwright,
};

const textOf = ({ test, reason }: Finding): string =>
  `  ${test}${reason && `\n${reason.replace(/^/gm, "    ")}`}`;

function list(
  title: string,
  all: readonly TestCounts[],
  kind: "skipped" | "unsteady" | "failures",
) {
  const findings = all.flatMap((counts) => counts[kind].map(textOf));
  if (findings.length > 0) console.log(`\n${title}:\n${findings.join("\n")}`);
}

async function runStep(name: string, step: () => Promise<TestCounts>): Promise<TestCounts> {
  console.log(`\n== ${name}`);
  const startedAtMs = Date.now();
  const counts = await step().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    return FAILED;
  });
  const seconds = Math.round((Date.now() - startedAtMs) / 1000);
  // A check, or a crash: nothing to list but its name.
  const isUnnamed = counts.failed > 0 && counts.failures.length === 0;
  const failures = isUnnamed ? [{ test: name, reason: "see its output" }] : counts.failures;
  console.log(`-- ${name}: ${counts.passed} passed, ${counts.failed} failed (${seconds} s)`);
  return { ...counts, failures };
}

function optionValue(argv: string[], flag: string): string | undefined {
  const at = argv.indexOf(flag);
  return at < 0 ? undefined : argv[at + 1];
}

async function main(argv: string[]): Promise<void> {
  if (argv.includes("--help")) return console.log(USAGE);
  process.chdir(join(import.meta.dirname, ".."));
  await removeReports();
  const script = optionValue(argv, "--also-mysql");
  const steps = {
    ...STEPS,
    ...(script ? { mysql: () => mysql(script) } : {}),
    ...(argv.includes("--also-galera") ? { galera } : {}),
  };
  const only = optionValue(argv, "--only")?.split(",");
  const all: TestCounts[] = [];
  for (const [name, step] of Object.entries(steps)) {
    if (!only || only.includes(name)) all.push(await runStep(name, step));
  }
  // Once more at the end, where whoever reads only that finds them.
  list("Skipped", all, "skipped");
  list("Passed only when run again", all, "unsteady");
  list("Failed", all, "failures");
  const total = {
    passed: all.reduce((sum, { passed }) => sum + passed, 0),
    failed: all.reduce((sum, { failed }) => sum + failed, 0),
  };
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed === 0 ? 0 : 1;
}

await main(process.argv.slice(2));

import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { z } from "zod";
import { ensureBuild } from "./build.ts";
import {
  ensureChromium,
  ensureDatabaseServer,
  ensureDumpProgram,
  ensureGalera,
  ensureNginx,
} from "./install.ts";
import { mustRun, run } from "./run.ts";

const USAGE = `Checks everything: format and lint, types, structure, unit and database tests, build,
whole processes that are killed, browser tests.

Usage: bin/test [--only STEP,STEP] [--also-mysql SCRIPT] [--also-galera]

  --only        biome, types, structure, vitest, build, processes, playwright, mysql or galera
  --also-mysql  a script that prints the path of another mysqld; the database tests run on it too
  --also-galera the database tests run on a cluster of three nodes too
`;

interface Counts {
  passed: number;
  failed: number;
  /** The failed tests by name; none where a step is one check. */
  names?: string[];
}

const bin = (name: string) => join("node_modules", ".bin", name);
const REPORTS = "test-results";
/** Suites of a file that cannot even be loaded have no tests, and fail all the same. */
const vitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});
/** A suite is a file, or a group of tests in one. */
const playwrightSuite = z.object({
  specs: z.array(z.object({ title: z.string(), file: z.string(), ok: z.boolean() })),
  get suites() {
    return z.array(playwrightSuite).optional();
  },
});
const playwrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number() }),
  suites: z.array(playwrightSuite),
});

const readReport = async (name: string) =>
  JSON.parse(await readFile(join(REPORTS, name), "utf8").catch(() => "null"));

/** A step without tests of its own counts as one. */
async function check(command: string, argv: string[]): Promise<Counts> {
  const { code } = await run(command, argv, { show: true });
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** A run that failed without a failed test (a crash, a leak) counts as one failure. */
function sum(code: number, counts: Counts): Counts {
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

interface VitestOptions {
  config?: string;
  variables?: Record<string, string>;
}

const reporters = (report: string) => [
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${REPORTS}/${report}`,
];

async function vitest(report: string, { config, variables }: VitestOptions = {}): Promise<Counts> {
  const argv = ["run", ...(config ? ["--config", config] : []), ...reporters(report)];
  const { code } = await run(bin("vitest"), argv, { show: true, env: variables });
  return countTests(report, code);
}

async function countTests(report: string, code: number): Promise<Counts> {
  const parsed = vitestReport.safeParse(await readReport(report));
  if (!parsed.success) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests, testResults } = parsed.data;
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
  );
  const failed = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === "failed")
      .map(({ fullName }) => `${relative(process.cwd(), name)}: ${fullName}`),
  );
  return sum(code, {
    passed: numPassedTests,
    failed: numFailedTests + broken.length,
    names: [...failed, ...broken.map(({ name }) => relative(process.cwd(), name))],
  });
}

const failedSpecs = ({ specs, suites }: z.infer<typeof playwrightSuite>): string[] => [
  ...specs.filter(({ ok }) => !ok).map(({ title, file }) => `${file}: ${title}`),
  ...(suites ?? []).flatMap(failedSpecs),
];

async function playwright(): Promise<Counts> {
  await ensureChromium();
  const { code } = await run(bin("playwright"), ["test"], { show: true });
  const parsed = playwrightReport.safeParse(await readReport("playwright.json"));
  if (!parsed.success) return { passed: 0, failed: 1 };
  const { stats, suites } = parsed.data;
  return sum(code, {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected,
    names: suites.flatMap(failedSpecs),
  });
}

/** The tests again on another database server; nothing to count where that is not there. */
async function mysql(script: string): Promise<Counts> {
  if (!existsSync(script)) {
    console.log(`${script} is not there, so the database tests did not run on MySQL.`);
    return { passed: 0, failed: 0 };
  }
  const { code, output } = await run(script, []);
  const program = output.trimEnd().split("\n").at(-1) ?? "";
  if (code === 0) return vitest("vitest-mysql.json", { variables: { MUSTER_MYSQLD: program } });
  console.error(output);
  return { passed: 0, failed: 1 };
}

const tsx = ["--import", "tsx"];

/** And on a cluster; nothing to count where none can be made. */
async function galera(): Promise<Counts> {
  if (!(await ensureGalera())) {
    console.log("Galera is not there, so the database tests did not run on a cluster.");
    return { passed: 0, failed: 0 };
  }
  const argv = [...tsx, "scripts/galera.ts", "lib/", "db/", ...reporters("vitest-galera.json")];
  const { code } = await run(process.execPath, argv, { show: true });
  return countTests("vitest-galera.json", code);
}

const STEPS: Record<string, () => Promise<Counts>> = {
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
    return { passed: 1, failed: 0 };
  },
  processes: async () => {
    await ensureDatabaseServer();
    await ensureDumpProgram();
    await ensureNginx();
    return vitest("processes.json", { config: "vitest.processes.config.ts" });
  },
  playwright,
};

async function runStep(name: string, step: () => Promise<Counts>): Promise<Counts> {
  console.log(`\n== ${name}`);
  const startedAtMs = Date.now();
  const counts = await step().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    return { passed: 0, failed: 1 };
  });
  const seconds = Math.round((Date.now() - startedAtMs) / 1000);
  console.log(`-- ${name}: ${counts.passed} passed, ${counts.failed} failed (${seconds} s)`);
  return counts;
}

function optionValue(argv: string[], flag: string): string | undefined {
  const at = argv.indexOf(flag);
  return at < 0 ? undefined : argv[at + 1];
}

async function main(argv: string[]): Promise<void> {
  if (argv.includes("--help")) return console.log(USAGE);
  process.chdir(join(import.meta.dirname, ".."));
  await rm(REPORTS, { recursive: true, force: true });
  const script = optionValue(argv, "--also-mysql");
  const steps = {
    ...STEPS,
    ...(script ? { mysql: () => mysql(script) } : {}),
    ...(argv.includes("--also-galera") ? { galera } : {}),
  };
  const only = optionValue(argv, "--only")?.split(",");
  const total = { passed: 0, failed: 0 };
  const failures: string[] = [];
  for (const [name, step] of Object.entries(steps)) {
    if (only && !only.includes(name)) continue;
    const { passed, failed, names } = await runStep(name, step);
    total.passed += passed;
    total.failed += failed;
    if (failed > 0) failures.push(...(names?.length ? names : [""]).map((one) => `${name} ${one}`));
  }
  // Once more at the end, where whoever reads only that finds them.
  if (failures.length > 0) console.log(`\nFailed:\n  ${failures.join("\n  ")}`);
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed === 0 ? 0 : 1;
}

await main(process.argv.slice(2));

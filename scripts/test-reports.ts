import { readFile, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { z } from "zod";

const FOLDER = "test-results";
/** Of what a failed test says: enough for the reason and where; all of it is above in the output. */
const REASON_CHARACTERS_MAX = 1_500;

export interface Finding {
  /** File and title. */
  test: string;
  reason: string;
}

export interface TestCounts {
  passed: number;
  failed: number;
  /** The failed tests; none where a step is one check. */
  failures: Finding[];
  /** Tests that passed only when they were run again. */
  unsteady: Finding[];
  /** What this machine, or this database, could not run. */
  skipped: Finding[];
}

/** A step without tests of its own counts as one. */
export const PASSED: TestCounts = {
  passed: 1,
  failed: 0,
  failures: [],
  unsteady: [],
  skipped: [],
};
export const FAILED: TestCounts = { ...PASSED, passed: 0, failed: 1 };
export const NOTHING: TestCounts = { ...PASSED, passed: 0 };

/** Suites of a file that cannot even be loaded have no tests, and fail all the same. */
const vitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});

const playwrightSpec = z.object({
  title: z.string(),
  file: z.string(),
  tests: z.array(
    z.object({
      status: z.string(),
      results: z.array(z.object({ errors: z.array(z.object({ message: z.string() })) })),
    }),
  ),
});
/** A suite is a file, or a group of tests in one. */
const playwrightSuite = z.object({
  specs: z.array(playwrightSpec),
  get suites() {
    return z.array(playwrightSuite).optional();
  },
});
const playwrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number() }),
  suites: z.array(playwrightSuite),
});

export const reportPath = (name: string): string => join(FOLDER, name);

export const removeReports = (): Promise<void> => rm(FOLDER, { recursive: true, force: true });

const readReport = async (name: string) =>
  JSON.parse(await readFile(reportPath(name), "utf8").catch(() => "null"));

const finding = (test: string, messages: readonly string[]): Finding => ({
  test,
  reason: stripVTControlCharacters(messages.join("\n")).slice(0, REASON_CHARACTERS_MAX),
});

/** A run that failed without a failed test (a crash, a leak) counts as one failure. */
function withCrash(code: number, counts: TestCounts): TestCounts {
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

/** What a run of Vitest that ended with `code` has reported. */
export async function readVitest(name: string, code: number): Promise<TestCounts> {
  const { data } = vitestReport.safeParse(await readReport(name));
  if (!data) return FAILED;
  const fileOf = (path: string) => relative(process.cwd(), path);
  const broken = data.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
  );
  const found = (status: string) =>
    data.testResults.flatMap((file) =>
      file.assertionResults
        .filter((one) => one.status === status)
        .map((one) => finding(`${fileOf(file.name)}: ${one.fullName}`, one.failureMessages ?? [])),
    );
  return withCrash(code, {
    passed: data.numPassedTests,
    failed: data.numFailedTests + broken.length,
    failures: [
      ...found("failed"),
      ...broken.map((file) => finding(fileOf(file.name), [file.message ?? ""])),
    ],
    // What failed before is kept with a test that passed in the end.
    unsteady: found("passed").filter(({ reason }) => reason !== ""),
    skipped: found("skipped"),
  });
}

const specsOf = ({ specs, suites }: z.infer<typeof playwrightSuite>): Spec[] => [
  ...specs,
  ...(suites ?? []).flatMap(specsOf),
];
type Spec = z.infer<typeof playwrightSpec>;

/** What a run of Playwright that ended with `code` has reported. */
export async function readPlaywright(name: string, code: number): Promise<TestCounts> {
  const { data } = playwrightReport.safeParse(await readReport(name));
  if (!data) return FAILED;
  const specs = data.suites.flatMap(specsOf);
  const found = (status: string) =>
    specs
      .filter(({ tests }) => tests.some((one) => one.status === status))
      .map(({ title, file, tests }) => {
        const results = tests.flatMap((one) => one.results);
        const messages = results.flatMap(({ errors }) => errors.map(({ message }) => message));
        return finding(`${file}: ${title}`, messages);
      });
  return withCrash(code, {
    passed: data.stats.expected + data.stats.flaky,
    failed: data.stats.unexpected,
    failures: found("unexpected"),
    unsteady: found("flaky"),
    skipped: found("skipped"),
  });
}

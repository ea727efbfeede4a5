import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { createLog } from "./log.ts";
import { requestIdOf, withRequestId } from "./request-id.ts";
import { testDatabase } from "./testing/database.ts";

const db = await testDatabase();

/** A log, and the lines that were written to it. */
function capture() {
  const lines: string[] = [];
  return { log: createLog("debug", { write: (line) => void lines.push(line) }), lines };
}

async function failure(work: () => Promise<unknown>): Promise<unknown> {
  return work().then(
    () => undefined,
    (error: unknown) => error,
  );
}

test("a failed statement is logged with its reason and place, and without its values", async () => {
  const value = "a-value-nobody-may-read";
  const failures = [
    await failure(() => db.execute(sql`SELECT ${value} FROM no_such_table`)),
    await failure(() => db.$client.query("SELECT ? FROM no_such_table", [value])),
  ];
  for (const err of failures) {
    const { log, lines } = capture();
    log.error({ err }, "failed");
    expect(lines.join()).toContain("no_such_table' doesn't exist");
    expect(lines.join()).toContain("log.test.ts");
    expect(lines.join()).not.toContain(value);
  }
});

test("errors of several things at once are told one by one, and bounded", () => {
  const { log, lines } = capture();
  const errors = Array.from(
    { length: 50 },
    (_, n) => new Error(`number ${n} ${"x".repeat(9_999)}`),
  );
  log.error({ err: new AggregateError(errors, "many") });
  expect(lines.join()).toContain("number 4 ");
  expect(lines.join().length).toBeLessThan(50_000);
});

test("every line that is written during a request has its id, and others have none", async () => {
  const { log, lines } = capture();
  await Promise.all(
    ["one", "two"].map((id) =>
      withRequestId(id, async () => {
        await new Promise((resume) => setTimeout(resume, 5));
        log.info(`of ${id}`);
      }),
    ),
  );
  log.info("of nobody");
  const ids = lines.map((line) => JSON.parse(line)).map(({ msg, requestId }) => [msg, requestId]);
  expect(Object.fromEntries(ids)).toEqual({
    "of one": "one",
    "of two": "two",
    "of nobody": undefined,
  });
});

test.each(["", "a b", 'a"b', "a\nb", "x".repeat(65), "ü", undefined, ["a", "b"]])(
  "the id %j is replaced by a new one",
  (given) => {
    expect(requestIdOf(given)).toMatch(/^[0-9a-f-]{36}$/);
  },
);

test("an id of a load balancer is kept", () => {
  for (const id of ["0af7651916cd43dd8448eb211c80319c", "Root=1-67891233-abcdef012345"]) {
    expect(requestIdOf(id)).toBe(id);
  }
});

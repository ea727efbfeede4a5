import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { DOCUMENT_FILE, readRoutes, writeDocument } from "./openapi.ts";

const document = JSON.parse(readFileSync(DOCUMENT_FILE, "utf8"));

test("the committed document is what the routes say now (npx tsx scripts/openapi.ts)", async () => {
  expect(document).toEqual(JSON.parse(await writeDocument()));
});

test("every method of every route is described", async () => {
  const missing = (await readRoutes()).flatMap(({ path, handlers }) =>
    Object.keys(handlers)
      .filter((name) => /^[A-Z]+$/.test(name))
      .filter((method) => !document.paths[path]?.[method.toLowerCase()])
      .map((method) => `${method} ${path}`),
  );
  expect(missing).toEqual([]);
});

test("operation ids are distinct and every reference leads somewhere", () => {
  const ids = Object.values<object>(document.paths).flatMap((item) =>
    Object.values(item).map((operation) => operation.operationId),
  );
  expect(new Set(ids).size).toBe(ids.length);
  const references = JSON.stringify(document).match(/"#\/[^"]+"/g) ?? [];
  const lost = references
    .map((reference) => JSON.parse(reference))
    .filter((reference: string) => {
      const steps = reference.slice(2).split("/");
      return steps.reduce((at, step) => at?.[step], document) === undefined;
    });
  expect(lost).toEqual([]);
});

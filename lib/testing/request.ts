import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";
import { withBothNames } from "#lib/http/fleet-names.ts";
import type { RouteHandler } from "#lib/http/route.ts";

export interface TestRequest {
  token?: string;
  params?: Record<string, string | number>;
  query?: Record<string, string | number | boolean>;
  body?: unknown;
  headers?: Record<string, string>;
  method?: string;
  /** Of the URL; those of Fleet's API have answers by both of its generations' names. */
  path?: string;
}

export interface TestAnswer {
  status: number;
  /** Untyped on purpose: a test reads answers the way a client without our types does. */
  // biome-ignore lint/suspicious/noExplicitAny: see above
  body: any;
  headers: Headers;
}

const ORIGIN = "http://127.0.0.1:8080";

function toRequest(input: TestRequest): Request {
  const search = new URLSearchParams(
    Object.entries(input.query ?? {}).map(([name, value]) => [name, String(value)]),
  );
  const headers = new Headers(input.headers);
  if (input.token) headers.set("authorization", `Bearer ${input.token}`);
  if (input.body !== undefined) headers.set("content-type", "application/json");
  return new Request(`${ORIGIN}${input.path ?? "/api/test"}?${search}`, {
    method: input.method ?? (input.body === undefined ? "GET" : "POST"),
    headers,
    body: input.body === undefined ? undefined : JSON.stringify(input.body),
  });
}

/** Calls a route's handler as Next would and reads the answer; `body` is text unless it is JSON. */
export async function request(handler: RouteHandler, input: TestRequest = {}): Promise<TestAnswer> {
  const params = Object.fromEntries(
    Object.entries(input.params ?? {}).map(([name, value]) => [name, String(value)]),
  );
  const response = await handler(toRequest(input), { params: Promise.resolve(params) });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json");
  const body = isJson ? JSON.parse(text) : text;
  if (isJson && response.ok) holdToSpec(handler, body);
  return { status: response.status, body, headers: response.headers };
}

/** Every answer of every test is what the OpenAPI document promises, with no key more. */
function holdToSpec({ spec }: RouteHandler, body: unknown): void {
  if (!spec.response) return;
  const told = spec.response.parse(body);
  const isTold = isDeepStrictEqual(body, told);
  expect(body, spec.summary).toEqual(isTold ? told : withBothNames(spec.response, told));
}

import { z } from "zod";
import { isFleetPath, PATH_ALIASES } from "#lib/http/fleet-paths.ts";
import type { RouteHandler } from "#lib/http/route.ts";
import { type JsonSchema, jsonSchema, namedSchemas } from "./schemas.ts";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const;
export type Method = (typeof METHODS)[number];

/** One route file: its URL as OpenAPI writes it, and what it exports. */
export interface RouteFile {
  path: string;
  handlers: Partial<Record<Method, RouteHandler>>;
}

type Spec = RouteHandler["spec"];

/** Kinds of failure, by status (contract: fleet-api 0.4). */
const FAILURES = {
  400: "Bad request: malformed JSON, or a parameter that is not what it should be",
  401: "Not signed in, or a new password is required",
  403: "Not allowed",
  404: "Not found, or not visible; every path before the server is set up",
  409: "Something with this name exists already",
  422: "Invalid: the errors name the fields",
  429: "Too many attempts; see Retry-After",
} as const;

const errorSchema = z.object({
  message: z.string(),
  errors: z.array(z.object({ name: z.string(), reason: z.string() })).nullable(),
  code: z.number().int().optional(),
  uuid: z.string().optional(),
});

function parameters(path: string, spec: Spec) {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const params = spec.params ? jsonSchema(spec.params, "input") : {};
  const known = (params.properties ?? {}) as Record<string, JsonSchema>;
  const query = spec.query ? jsonSchema(spec.query, "input") : {};
  const required = (query.required ?? []) as string[];
  const strictQuery = spec.strict ? ["force", "dry_run"] : [];
  return [
    ...inPath.map((name) => ({
      name,
      in: "path",
      required: true,
      schema: known[name] ?? { type: "string" },
    })),
    ...Object.entries((query.properties ?? {}) as Record<string, JsonSchema>).map(
      ([name, schema]) => ({
        name,
        in: "query",
        required: required.includes(name),
        ...(strictQuery.includes(name) ? { description: STRICT_QUERY[name] } : {}),
        schema,
      }),
    ),
  ];
}

const STRICT_QUERY: Record<string, string> = {
  force: "true: drop unknown keys of the body instead of refusing them",
  dry_run: "true: check everything and keep nothing",
};

/** `GET /api/v1/fleet/teams/{team_id}/users` is getFleetTeamsTeamIdUsers. */
function operationId(method: string, path: string): string {
  const words = path.replace(/^\/api\/v1/, "").match(/[a-zA-Z0-9]+/g) ?? [];
  const titled = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return method.toLowerCase() + titled.join("");
}

/** The subject: the first part of the path after the product's name. */
function tagOf(path: string): string {
  const [first = "server", second] = path.replace(/^\/api(\/v1)?\//, "").split("/");
  const isNamespace = (first === "fleet" || first === "muster") && second !== undefined;
  return (isNamespace ? second : first).replace(/^\//, "");
}

function failuresOf(method: string, path: string, spec: Spec): number[] {
  const statuses = new Set([404]);
  if (spec.params || spec.query || spec.body) statuses.add(400);
  if (spec.access !== "public") for (const status of [401, 403]) statuses.add(status);
  if (spec.body) statuses.add(422);
  if (spec.body && method !== "GET") statuses.add(409);
  if (path.endsWith("/login")) for (const status of [401, 429]) statuses.add(status);
  return [...statuses].sort();
}

function operation(method: Method, path: string, spec: Spec) {
  const json = (schema: JsonSchema) => ({ "application/json": { schema } });
  const failures = failuresOf(method, path, spec).map((status) => [
    status,
    { $ref: `#/components/responses/${status}` },
  ]);
  return {
    summary: spec.summary,
    operationId: operationId(method, path),
    tags: [tagOf(path)],
    ...(spec.access === "public" ? { security: [] } : {}),
    parameters: parameters(path, spec),
    ...(spec.body
      ? { requestBody: { required: true, content: json(jsonSchema(spec.body, "input")) } }
      : {}),
    responses: {
      [spec.status ?? 200]: {
        description: "Done",
        ...(spec.response
          ? { content: json(jsonSchema(spec.response, "output", { bothNames: isFleetPath(path) })) }
          : {}),
      },
      ...Object.fromEntries(failures),
    },
  };
}

function pathItem({ path, handlers }: RouteFile) {
  const operations = METHODS.flatMap((method) => {
    const spec = handlers[method]?.spec;
    return spec ? [[method.toLowerCase(), operation(method, path, spec)] as const] : [];
  });
  return Object.fromEntries(operations);
}

const ALIASES = `Of the paths there, ${PATH_ALIASES.map(([name, path]) => `/${name} is the same as /${path}`).join(", ")}.`;

/** The OpenAPI 3.1 document of the routes, in order of path, so that it changes only when they do. */
export function openApiDocument(routes: readonly RouteFile[], version: string) {
  const inOrder = [...routes].sort((a, b) => (a.path < b.path ? -1 : 1));
  const content = { "application/json": { schema: { $ref: "#/components/schemas/Error" } } };
  return {
    openapi: "3.1.0",
    info: {
      title: "Muster",
      version,
      description: `Paths below /api/v1/fleet are wire-compatible with Fleet's and also answer under /api/latest/fleet and /api/2022-04/fleet. ${ALIASES} Where a key or parameter has two names, such as team_id and fleet_id, a request gives one of them (both only if they say the same) and answers below /api/v1/fleet have both. The agents' API is osquery's TLS API and not described here.`,
    },
    security: [{ bearer: [] }, { cookie: [] }],
    paths: Object.fromEntries(inOrder.map((route) => [route.path, pathItem(route)])),
    components: {
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer" },
        cookie: { type: "apiKey", in: "cookie", name: "next-auth.session-token" },
      },
      schemas: { ...namedSchemas(), Error: jsonSchema(errorSchema, "output") },
      responses: Object.fromEntries(
        Object.entries(FAILURES).map(([status, description]) => [status, { description, content }]),
      ),
    },
  };
}

import type { z } from "zod";
import {
  requestToken,
  requireSameOrigin,
  requireSetUp,
  requireUser,
  viewerOf,
} from "#lib/auth/authenticate.ts";
import { isSetUp } from "#lib/auth/setup-state.ts";
import type { UserViewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { AppError, isAppError } from "#lib/errors.ts";
import { log, logOutage } from "#lib/http/request-log.ts";
import { requestIdOf, withRequestId } from "#lib/request-id.ts";
import { readJson } from "./body.ts";
import { errorReply } from "./errors.ts";
import { withBothNames, withOldNames, withOldParameters } from "./fleet-names.ts";
import { isFleetPath } from "./fleet-paths.ts";
import { badInput, parseInput, parseStrict } from "./parse.ts";

type Schema = z.ZodType | undefined;
type Parsed<S extends Schema> = S extends z.ZodType ? z.output<S> : undefined;

/** What a route accepts and answers. The OpenAPI document is made from these. */
export interface RouteSpec<P extends Schema, Q extends Schema, B extends Schema, T> {
  summary: string;
  /** public: no viewer, for login, setup and links that carry their own token. */
  access?: "user" | "public";
  /**
   * Also answers while nobody has set the server up; all other routes are 404 until then. "only":
   * and is itself 404 afterwards, by which Fleet's clients know that it is set up.
   */
  beforeSetup?: boolean | "only";
  /** Also answers users who must change their password first. */
  duringPasswordReset?: boolean;
  params?: P;
  query?: Q;
  body?: B;
  /** For the few bodies that may be larger than people's usually are. */
  bodyBytesMax?: number;
  /** Refuses unknown keys of the body unless the URL says force=true. */
  strict?: boolean;
  /** 422 by default; Fleet answers 400 for the fields of some objects. */
  invalidBody?: (error: z.ZodError) => AppError;
  /** The shape of the answer, for the OpenAPI document and the test that holds routes to it. */
  response?: z.ZodType;
  /** Domain result to JSON; without it the result is sent as it is. */
  reply?: (result: T) => unknown;
  status?: number;
  /** Extra headers that depend on the result, such as caching. */
  headers?: (result: T) => Record<string, string>;
}

export interface RouteInput<V, P extends Schema, Q extends Schema, B extends Schema> {
  viewer: V;
  params: Parsed<P>;
  query: Parsed<Q>;
  body: Parsed<B>;
  request: Request;
}

interface NextContext {
  params: Promise<Record<string, string | string[] | undefined>>;
}

export type RouteHandler = ((request: Request, context?: NextContext) => Promise<Response>) & {
  spec: RouteSpec<Schema, Schema, Schema, unknown>;
};

export function route<
  T,
  P extends Schema = undefined,
  Q extends Schema = undefined,
  B extends Schema = undefined,
>(
  spec: RouteSpec<P, Q, B, T> & { access: "public" },
  handler: (input: RouteInput<undefined, P, Q, B>) => Promise<T>,
): RouteHandler;
export function route<
  T,
  P extends Schema = undefined,
  Q extends Schema = undefined,
  B extends Schema = undefined,
>(
  spec: RouteSpec<P, Q, B, T> & { access?: "user" },
  handler: (input: RouteInput<UserViewer, P, Q, B>) => Promise<T>,
): RouteHandler;
/**
 * Makes a Next route handler of a declaration: finds the viewer, parses, calls, serialises, maps
 * errors, writes one log line. A handler may answer a Response itself (CSV, redirects).
 */
export function route<T>(
  spec: RouteSpec<Schema, Schema, Schema, T>,
  handler: (input: never) => Promise<T>,
): RouteHandler {
  const answer = async (request: Request, context?: NextContext): Promise<Response> => {
    const startedAtMs = performance.now();
    let viewer: UserViewer | undefined;
    let response: Response;
    try {
      viewer = await admit(spec, request);
      requireSameOrigin(request);
      const input = { viewer, request, ...(await parse(spec, request, context)) };
      response = toResponse(spec, await handler(input as never), request);
    } catch (error) {
      const reply = errorReply(error);
      if (reply.unexpected) log().error({ err: error, uuid: reply.body.uuid });
      else if (reply.status === 503 && !isAppError(error)) logOutage(error);
      response = Response.json(reply.body, { status: reply.status, headers: reply.headers });
    }
    log()[request.method === "GET" ? "debug" : "info"]({
      method: request.method,
      path: new URL(request.url).pathname.replace(/\/device\/[^/]+/, "/device/[token]"),
      status: response.status,
      userId: viewer?.id,
      milliseconds: Math.round(performance.now() - startedAtMs),
    });
    return response;
  };
  const identified = async (request: Request, context?: NextContext): Promise<Response> => {
    const requestId = requestIdOf(request.headers.get("x-request-id"));
    const response = await withRequestId(requestId, () => answer(request, context));
    response.headers.set("X-Request-Id", requestId);
    return response;
  };
  return Object.assign(identified, { spec: spec as RouteSpec<Schema, Schema, Schema, unknown> });
}

/** The viewer, once it is clear that this route may answer them at all. */
async function admit<T>(
  spec: RouteSpec<Schema, Schema, Schema, T>,
  request: Request,
): Promise<UserViewer | undefined> {
  const token = spec.access === "public" ? undefined : requestToken(request.headers);
  const viewer = await viewerOf(token);
  if (spec.beforeSetup === "only" && (viewer || (await isSetUp(database())))) {
    throw new AppError("not_found", "This server is already set up: sign in.");
  }
  if (!viewer && !spec.beforeSetup) await requireSetUp();
  if (spec.access === "public") return undefined;
  return requireUser(viewer, token, spec.duringPasswordReset);
}

async function parse<T>(
  spec: RouteSpec<Schema, Schema, Schema, T>,
  request: Request,
  context: NextContext | undefined,
) {
  const { searchParams } = new URL(request.url);
  return {
    params: spec.params && parseInput(spec.params, await context?.params, badInput),
    query:
      spec.query && parseInput(spec.query, withOldParameters(spec.query, searchParams), badInput),
    body:
      spec.body &&
      parseBody(
        spec,
        spec.body,
        withOldNames(spec.body, await readJson(request, spec.bodyBytesMax)),
        searchParams.get("force"),
      ),
  };
}

function parseBody<T>(
  spec: RouteSpec<Schema, Schema, Schema, T>,
  schema: z.ZodType,
  json: unknown,
  force: string | null,
) {
  if (spec.strict) return parseStrict(schema, json, force === "true" || force === "1");
  return parseInput(schema, json, spec.invalidBody);
}

function toResponse<T>(
  spec: RouteSpec<Schema, Schema, Schema, T>,
  result: T,
  request: Request,
): Response {
  if (result instanceof Response) return result;
  const body = spec.reply ? spec.reply(result) : (result ?? {});
  const { pathname } = new URL(request.url);
  const named = spec.response && isFleetPath(pathname) ? withBothNames(spec.response, body) : body;
  const headers = { "Cache-Control": "no-store", ...spec.headers?.(result) };
  return Response.json(named, { status: spec.status ?? 200, headers });
}

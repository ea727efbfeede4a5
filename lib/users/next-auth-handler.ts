import type { NextApiRequest, NextApiResponse } from "next";
import NextAuth from "next-auth";
import { badRequest } from "#lib/errors.ts";
import { errorReply } from "#lib/http/errors.ts";
import { nextAuthOptions } from "./next-auth.ts";

interface Context {
  params: Promise<{ nextauth: string[] }>;
}

/** Sign-in forms are small; this leaves room for long callback URLs. */
const BODY_CHARACTERS_MAX = 16_384;

/** The part of Next's API response that next-auth uses, as a web response. */
class Reply {
  private readonly headers = new Map<string, string | string[]>();
  private code = 200;
  private body: string | null = null;

  status(code: number): this {
    this.code = code;
    return this;
  }

  getHeader(name: string): string | string[] | undefined {
    return this.headers.get(name.toLowerCase());
  }

  setHeader(name: string, value: string | string[]): this {
    this.headers.set(name.toLowerCase(), value);
    return this;
  }

  json(value: unknown): void {
    this.setHeader("Content-Type", "application/json").body = JSON.stringify(value);
  }

  send(value: unknown): void {
    if (typeof value === "string") this.body = value;
    else if (value !== undefined) this.json(value);
  }

  end(): void {}

  toResponse(): Response {
    const headers = new Headers({ "Cache-Control": "no-store" });
    for (const [name, values] of this.headers) {
      headers.delete(name);
      for (const value of [values].flat()) headers.append(name, value);
    }
    return new Response(this.body, { status: this.code, headers });
  }
}

const decode = (value: string) => value.replace(/%[0-9a-f]{2}/gi, (code) => unescapeByte(code));
const unescapeByte = (code: string) => String.fromCharCode(Number.parseInt(code.slice(1), 16));

function cookiesOf(headers: Headers): Record<string, string> {
  const pairs = (headers.get("cookie") ?? "").split(";").map((pair) => pair.trim());
  return Object.fromEntries(
    pairs.filter(Boolean).map((pair) => {
      const [name = ""] = pair.split("=", 1);
      return [name, decode(pair.slice(name.length + 1))];
    }),
  );
}

async function bodyOf(request: Request): Promise<Record<string, unknown> | undefined> {
  if (request.method !== "POST") return undefined;
  const text = await request.text();
  if (text.length > BODY_CHARACTERS_MAX) throw badRequest("The body is too large.");
  // Only forms: next-auth's client sends nothing else, and other sites can send JSON as text.
  return Object.fromEntries(new URLSearchParams(text));
}

/** The first of a chain of proxies is the one the browser spoke to. Next fills it in if absent. */
function isSecure(request: Request): boolean {
  const forwarded = request.headers.get("x-forwarded-proto")?.split(",", 1)[0]?.trim();
  return (forwarded ?? new URL(request.url).protocol.slice(0, -1)) === "https";
}

async function answer(request: Request, nextauth: string[]): Promise<Response> {
  const secure = isSecure(request);
  const query = { ...Object.fromEntries(new URL(request.url).searchParams), nextauth };
  const apiRequest = {
    method: request.method,
    headers: {
      ...Object.fromEntries(request.headers),
      "x-forwarded-proto": secure ? "https" : "http",
    },
    query,
    body: await bodyOf(request),
    cookies: cookiesOf(request.headers),
  };
  const reply = new Reply();
  await NextAuth(
    apiRequest as unknown as NextApiRequest,
    reply as unknown as NextApiResponse,
    nextAuthOptions(secure),
  );
  return reply.toResponse();
}

/**
 * next-auth as a route handler of web requests and responses. Rejected: its own one for Next's app
 * folder, which reads the request from next/headers and so cannot be called by a test.
 */
export async function handleNextAuth(request: Request, context: Context): Promise<Response> {
  const { nextauth } = await context.params;
  // That endpoint lets anybody write into the server's log.
  if (nextauth[0] === "_log") return Response.json({});
  try {
    return await answer(request, nextauth);
  } catch (error) {
    const { status, body } = errorReply(error);
    return Response.json(body, { status });
  }
}

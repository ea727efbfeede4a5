import { hash } from "node:crypto";
import type { HostStanding } from "#lib/membership/verdict.ts";

/**
 * How long a gateway may remember an answer: a pass for the set time, but not longer than its
 * evidence is fresh. A fail and an unknown are asked for again at once, since the person is mending it.
 */
export function cacheControl(
  standing: HostStanding,
  passCacheSeconds: number,
  nowMs: number,
): string {
  if (standing.verdict !== "pass") return "no-store";
  const { validUntilMs } = standing;
  const evidenceSeconds =
    validUntilMs === null ? passCacheSeconds : Math.floor((validUntilMs - nowMs) / 1000);
  return `private, max-age=${Math.max(0, Math.min(passCacheSeconds, evidenceSeconds))}`;
}

/** Weak, because bodies that differ only in what `same` leaves out count as equal. */
export const weakTag = (same: string): string => `W/"${hash("sha256", same, "base64url")}"`;

/** If-None-Match by weak comparison (RFC 9110, 13.1.2): a list of tags, or "*". */
function isKnown(ifNoneMatch: string | null | undefined, tag: string): boolean {
  if (!ifNoneMatch) return false;
  const opaque = tag.replace(/^W\//, "");
  const known = ifNoneMatch.split(",").map((one) => one.trim());
  return known.some((one) => one === "*" || one.replace(/^W\//, "") === opaque);
}

const JSON_TYPE = { "Content-Type": "application/json" };

/** An answer, whatever carries it. */
export interface Reply {
  status: number;
  headers: Record<string, string>;
  /** JSON; undefined where the status has none. */
  body?: string;
}

/** The answer, or 304 when the client has it. */
export function conditionalReply(
  ifNoneMatch: string | null | undefined,
  reply: { json: string; tag: string; cacheControl: string },
): Reply {
  const headers: Reply["headers"] = {
    ETag: reply.tag,
    "Cache-Control": reply.cacheControl,
    Vary: "Authorization, Cookie",
  };
  if (isKnown(ifNoneMatch, reply.tag)) return { status: 304, headers };
  headers["Content-Type"] = JSON_TYPE["Content-Type"];
  return { status: 200, headers, body: reply.json };
}

export function jsonReply(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): Reply {
  return {
    status,
    headers: { ...headers, ...JSON_TYPE },
    body: JSON.stringify(body),
  };
}

export const toResponse = ({ status, headers, body }: Reply): Response =>
  new Response(body ?? null, { status, headers });

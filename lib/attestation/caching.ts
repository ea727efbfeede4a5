import { createHash } from "node:crypto";
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
export function weakTag(same: unknown): string {
  const digest = createHash("sha256").update(JSON.stringify(same)).digest("base64url");
  return `W/"${digest}"`;
}

/** If-None-Match by weak comparison (RFC 9110, 13.1.2): a list of tags, or "*". */
function isKnown(request: Request, tag: string): boolean {
  const known = (request.headers.get("if-none-match") ?? "").split(",").map((one) => one.trim());
  const opaque = tag.replace(/^W\//, "");
  return known.some((one) => one === "*" || one.replace(/^W\//, "") === opaque);
}

/** The answer, or 304 when the client has it. */
export function conditionalReply(
  request: Request,
  reply: { body: unknown; tag: string; cacheControl: string },
): Response {
  const headers = {
    ETag: reply.tag,
    "Cache-Control": reply.cacheControl,
    Vary: "Authorization, Cookie",
  };
  if (isKnown(request, reply.tag)) return new Response(null, { status: 304, headers });
  return Response.json(reply.body, { headers });
}

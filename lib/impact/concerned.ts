import { isDeepStrictEqual } from "node:util";
import { difference, type HostSet, intersection, union } from "#lib/host-set.ts";
import type { Bench } from "#lib/membership/judge.ts";
import type { PolicyRecord } from "#lib/policies/sql.ts";
import { NOBODY } from "./scopes.ts";

/** A policy as it is and as it would be; undefined: there is none. */
export interface Edit {
  before: PolicyRecord | undefined;
  after: PolicyRecord | undefined;
  /** No answer so far would count. */
  startsAnew: boolean;
  asked: HostSet;
  wouldAsk: HostSet;
}

/** Hosts whose verdict may be another one. A policy that never gates concerns nobody's. */
export function whoseVerdicts({ gate }: Bench, edit: Edit): HostSet {
  const { before, after, startsAnew, asked, wouldAsk } = edit;
  const gates = (policy: PolicyRecord | undefined) =>
    policy !== undefined && policy.pausedAt === null && (gate === "all" || policy.critical);
  if (!gates(before) && !gates(after)) return NOBODY;
  const inEither = union(asked, wouldAsk);
  const everywhere =
    startsAnew ||
    gates(before) !== gates(after) ||
    // Of hosts that stay it may be known no more, or only then, that they are asked.
    !isDeepStrictEqual(before?.labelScope, after?.labelScope) ||
    before?.intervalSeconds !== after?.intervalSeconds;
  return everywhere ? inEither : difference(inEither, intersection(asked, wouldAsk));
}

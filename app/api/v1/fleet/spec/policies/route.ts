import { route } from "#lib/http/route.ts";
import { invalidSpec } from "#lib/policies/invalid.ts";
import { policySpecsBody, policySpecsQuery, policySpecsReply } from "#lib/policies/schema.ts";
import { applyPolicySpecs } from "#lib/policies/specs.ts";

export const POST = route(
  {
    summary: "Make or replace policies by team and name, all or none; dry_run=true only tells",
    query: policySpecsQuery,
    body: policySpecsBody,
    invalidBody: invalidSpec,
    response: policySpecsReply,
  },
  ({ viewer, query, body }) => applyPolicySpecs(viewer, body.specs, query.dry_run),
);

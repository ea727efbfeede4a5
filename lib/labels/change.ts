import { invalid } from "#lib/errors.ts";
import type { LabelInput, LabelPatch, LabelSpec, MembershipType } from "./schema.ts";
import type { LabelRecord } from "./sql.ts";

/** What people decide about a label, besides the hosts that a manual one lists. */
export type LabelFields = Pick<
  LabelRecord,
  "name" | "description" | "query" | "platform" | "membershipType" | "criteria"
>;

/** The fields of an activity's before and after. */
export const auditFields = (fields: LabelFields) => ({
  name: fields.name,
  description: fields.description,
  query: fields.query,
  platform: fields.platform,
  label_membership_type: fields.membershipType,
  criteria: fields.criteria,
});

type Given = LabelInput | LabelPatch | LabelSpec;

const listsHosts = ({ hosts, host_ids }: Given) => Boolean(hosts?.length || host_ids?.length);

/** What kind a label is by what is said of it. */
function typeOf(input: LabelInput | LabelSpec): MembershipType {
  if (input.label_membership_type) return input.label_membership_type;
  if (input.criteria) return "host_vitals";
  return input.query ? "dynamic" : "manual";
}

/** Throws `invalid` for what a label of this kind does not have. */
function requireFitting(type: string, given: Given): void {
  if (given.hosts?.length && given.host_ids?.length) {
    throw invalid(
      "hosts",
      'Only one of either "hosts" or "host_ids" can be included in the request.',
    );
  }
  if (type !== "manual" && listsHosts(given)) {
    throw invalid("hosts", `a ${type} label cannot list hosts: leave out hosts and host_ids`);
  }
  if (type !== "dynamic" && given.query) {
    throw invalid("query", `a ${type} label has no query: only dynamic labels are asked of hosts`);
  }
  if (type !== "dynamic" && given.platform) {
    throw invalid("platform", `a ${type} label has no platform: only dynamic labels have one`);
  }
  if (type !== "host_vitals" && given.criteria) {
    throw invalid("criteria", `a ${type} label has no criteria: only host_vitals labels do`);
  }
}

/** Everything that a new label or a spec says; what it leaves out is empty. */
export function newFields(input: LabelInput | LabelSpec): LabelFields {
  const membershipType = typeOf(input);
  requireFitting(membershipType, input);
  if (membershipType === "dynamic" && !input.query) {
    throw invalid("query", "a dynamic label needs a query");
  }
  if (membershipType === "host_vitals" && !input.criteria) {
    throw invalid("criteria", "a host_vitals label needs criteria");
  }
  return {
    name: input.name,
    description: input.description ?? "",
    query: input.query ?? "",
    platform: input.platform ?? "",
    membershipType,
    criteria: input.criteria ?? null,
  };
}

/** What a patch says of a label of a kind that stays. */
export function patchedFields(before: LabelRecord, patch: LabelPatch): Partial<LabelFields> {
  requireFitting(before.membershipType, patch);
  if (before.membershipType === "dynamic" && patch.query === "") {
    throw invalid("query", "a dynamic label needs a query");
  }
  return {
    name: patch.name ?? undefined,
    description: patch.description ?? undefined,
    query: patch.query ?? undefined,
    platform: patch.platform ?? undefined,
    criteria: patch.criteria ?? undefined,
  };
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** Whether other hosts may be members, so that all are to be asked or computed anew. */
export const decidesMembership = (set: Partial<LabelRecord>): boolean =>
  set.query !== undefined || set.platform !== undefined || set.criteria !== undefined;

/** Columns to write; empty when nothing differs. */
export function labelChange(
  before: LabelRecord,
  fields: Partial<LabelFields>,
  at: Date,
): Partial<LabelRecord> {
  const differs = (Object.keys(fields) as (keyof LabelFields)[]).filter(
    (key) => fields[key] !== undefined && !same(fields[key], before[key]),
  );
  if (differs.length === 0) return {};
  const set: Partial<LabelRecord> = Object.fromEntries(differs.map((key) => [key, fields[key]]));
  const revision = decidesMembership(set) ? { revision: before.revision + 1 } : {};
  return { ...set, ...revision, updatedAt: at };
}

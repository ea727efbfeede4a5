import type { ActivityJson } from "#lib/activities/schema.ts";
import { formatDate, plural } from "#lib/format.ts";

/** A piece of a sentence: plain words, or the name of something, with its page if it has one. */
export type Part = string | { name: string; href?: string };

type Details = ActivityJson["details"];

const text = (details: Details, key: string): string => {
  const value = details[key];
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
};

const named = (details: Details, what: string, path?: string): Part => ({
  name: text(details, `${what}_name`) || `${what} ${text(details, `${what}_id`)}`,
  href: path && details[`${what}_id`] ? `${path}/${text(details, `${what}_id`)}` : undefined,
});

const policy = (details: Details) => named(details, "policy", "/policies");
const label = (details: Details) => named(details, "label", "/labels");
const team = (details: Details): Part => named(details, "team", "/teams");
const person = (details: Details): Part => ({
  name: text(details, "user_name") || text(details, "user_email"),
});
const host = (details: Details): Part => ({
  name: text(details, "host_display_name"),
  href: details.host_id ? `/hosts/${text(details, "host_id")}` : undefined,
});
const role = (details: Details) => text(details, "role").replace("_", " ");

/** "of team X", "of hosts in no team", or nothing for what is global. */
function ofTeam(details: Details): Part[] {
  if (details.team_name) return [" of team ", team(details)];
  return details.team_id === 0 ? [" of hosts in no team"] : [];
}

const webhook = (details: Details) =>
  details.webhook === "activities" ? "the activities webhook" : "the webhook of failing policies";

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function hostsOf(details: Details): Part {
  const names = listOf(details.host_display_names).map(String);
  const [only] = names;
  const id = listOf(details.host_ids)[0];
  if (names.length !== 1 || !only) return { name: plural(names.length, "host", "hosts") };
  return { name: only, href: typeof id === "number" ? `/hosts/${id}` : undefined };
}

/** Hosts that are gone have no page. */
const goneHosts = (details: Details): Part => {
  const hosts = hostsOf(details);
  return typeof hosts === "string" ? hosts : { name: hosts.name };
};

const gone = (part: Part): Part => (typeof part === "string" ? part : { name: part.name });

const BULK: Record<string, string> = {
  add_tags: "tagged",
  remove_tags: "took tags off",
  set_tags: "tagged",
  move: "moved",
  pause: "paused",
  resume: "resumed",
};

/** Who is let off: a host, a label's members or a team. */
function exempted(details: Details): Part {
  if (details.host_id) return host(details);
  if (details.label_id) return label(details);
  if (details.team_id !== undefined) return team(details);
  return { name: text(details, "target_name") };
}

/** "until 31 Jan 2027", of the details themselves or of what an edit left. */
function until(details: Details, part?: "after"): string {
  const from = part ? details[part] : details;
  const at = from && typeof from === "object" && "expires_at" in from ? from.expires_at : "";
  return typeof at === "string" && at ? ` until ${formatDate(at)}` : "";
}

/** What each type of activity says after the name of who did it. */
const SENTENCES: Record<string, (details: Details) => Part[]> = {
  created_policy: (d) => ["created policy ", policy(d)],
  edited_policy: (d) => ["edited policy ", policy(d)],
  paused_policy: (d) => ["paused policy ", policy(d)],
  resumed_policy: (d) => ["resumed policy ", policy(d)],
  ran_policy: (d) => ["had hosts answer policy ", policy(d), " at once"],
  reset_policy: (d) => ["reset the results of policy ", policy(d)],
  changed_policies: (d) => [
    `${BULK[text(d, "action")] ?? "changed"} `,
    { name: plural(listOf(d.changes).length, "policy", "policies") },
  ],
  deleted_policy: (d) => ["deleted policy ", gone(policy(d))],
  applied_spec_policy: (d) => [
    "applied ",
    { name: plural(listOf(d.policies).length, "policy", "policies") },
    " from a file",
  ],
  applied_gitops: (d) => {
    const count = (key: string) => Number(d[`${key}_count`] ?? 0);
    return [
      `applied files: ${count("create")} created, ${count("update")} changed, ${count("delete")} deleted`,
    ];
  },
  live_query: (d) => ["ran a live query on ", plural(Number(d.targets_count ?? 0), "host")],
  stopped_run: () => ["stopped a live query"],
  kept_run: (d) => [
    `kept what ${plural(Number(d.hosts_count ?? 0), "host")} answered in a live query for policy `,
    policy(d),
  ],
  created_exemption: (d) => ["exempted ", exempted(d), " from ", policy(d), until(d, "after")],
  edited_exemption: (d) => ["changed the exemption of ", exempted(d), " from ", policy(d)],
  ended_exemption: (d) => ["ended the exemption of ", exempted(d), " from ", policy(d)],
  exemption_ends_soon: (d) => ["reminds: ", exempted(d), " is exempt from ", policy(d), until(d)],
  created_label: (d) => ["created label ", label(d)],
  edited_label: (d) => ["edited label ", label(d)],
  deleted_label: (d) => ["deleted label ", gone(label(d))],
  created_team: (d) => ["created team ", team(d)],
  edited_team: (d) => ["edited team ", team(d)],
  deleted_team: (d) => ["deleted team ", gone(team(d))],
  applied_spec_team: (d) => [
    "applied ",
    { name: plural(listOf(d.teams).length, "team", "teams") },
    " from a file",
  ],
  edited_agent_options: (d) =>
    d.team_name ? ["edited agent options", ...ofTeam(d)] : ["edited the global agent options"],
  edited_settings: () => ["edited the settings"],
  edited_webhook: (d) => ["edited ", webhook(d), ...ofTeam(d)],
  renewed_webhook_secret: (d) => ["made a new signing secret for ", webhook(d), ...ofTeam(d)],
  reset_automations: (d) => [
    "had hosts that fail ",
    plural(listOf(d.policy_ids).length, "policy", "policies"),
    " told of again",
  ],
  edited_enroll_secrets: (d) =>
    d.team_name ? ["edited enroll secrets", ...ofTeam(d)] : ["edited the global enroll secrets"],
  rotated_enroll_secret: (d) =>
    d.team_name
      ? ["rotated the enroll secret", ...ofTeam(d)]
      : ["rotated the global enroll secret"],
  created_user: (d) => [d.api_only ? "created API user " : "created user ", person(d)],
  edited_user: (d) => ["edited user ", person(d)],
  deleted_user: (d) => ["deleted user ", person(d)],
  required_password_reset: (d) => ["required a new password of ", person(d)],
  lifted_password_reset: (d) => ["no longer requires a new password of ", person(d)],
  changed_user_global_role: (d) => ["made ", person(d), ` global ${role(d)}`],
  deleted_user_global_role: (d) => ["took the global role from ", person(d)],
  changed_user_team_role: (d) => ["made ", person(d), ` ${role(d)}`, ...ofTeam(d)],
  deleted_user_team_role: (d) => ["removed ", person(d), " from team ", team(d)],
  changed_password: () => ["changed their password"],
  user_logged_in: (d) => ["signed in", ...fromAddress(d)],
  user_failed_login: (d) => [
    "refused a sign-in as ",
    { name: text(d, "email") },
    ...fromAddress(d),
  ],
  created_api_token: (d) => ["made API token ", { name: text(d, "token_name") }, ...forOther(d)],
  revoked_api_token: (d) => ["revoked API token ", { name: text(d, "token_name") }, ...forOther(d)],
  ended_session: () => ["ended a session"],
  ended_sessions: () => ["ended all sessions of a user"],
  requested_refetch: (d) => ["asked ", host(d), " for fresh data"],
  deleted_hosts: (d) => ["deleted ", goneHosts(d)],
  added_host_labels: (d) => ["put ", host(d), ` on ${labelsOf(d)}`],
  removed_host_labels: (d) => ["took ", host(d), ` off ${labelsOf(d)}`],
  transferred_hosts: (d) =>
    d.team_name
      ? ["moved ", hostsOf(d), " to team ", team(d)]
      : ["took ", hostsOf(d), " out of their team"],
  created_device_link: (d) => ["made a My device link for ", host(d)],
  revoked_device_links: (d) => ["revoked the My device links of ", host(d)],
};

function labelsOf(details: Details): string {
  const names = listOf(details.label_names).map((name) => `“${name}”`);
  return `the ${names.length === 1 ? "list of label" : "lists of labels"} ${names.join(", ")}`;
}

function fromAddress(details: Details): Part[] {
  return details.public_ip ? [" from ", { name: text(details, "public_ip") }] : [];
}

function forOther(details: Details): Part[] {
  return details.user_email ? [" of ", { name: text(details, "user_email") }] : [];
}

/** The sentence after the actor's name. A type from a newer server is spelled out as it is. */
export function sentenceOf({ type, details }: Pick<ActivityJson, "type" | "details">): Part[] {
  const sentence = SENTENCES[type];
  return sentence ? sentence(details) : [type.replaceAll("_", " ")];
}

export const plainText = (parts: Part[]): string =>
  parts.map((part) => (typeof part === "string" ? part : part.name)).join("");

const typesLike = (pattern: RegExp) => Object.keys(SENTENCES).filter((type) => pattern.test(type));

/** What people look for in a log, as the types behind it. */
export const TOPICS: Record<string, { label: string; types: string[] }> = {
  policies: { label: "Policies", types: typesLike(/polic|exemption/) },
  hosts: { label: "Hosts", types: typesLike(/host|refetch|device/) },
  queries: { label: "Live queries", types: typesLike(/^live_query$|_run$/) },
  teams: { label: "Teams", types: typesLike(/_team$/) },
  people: { label: "People and roles", types: typesLike(/_user(_|$)|_role$|password/) },
  access: { label: "Sign-ins and tokens", types: typesLike(/log|session|token/) },
  settings: {
    label: "Settings and secrets",
    types: typesLike(/settings|options|secret|webhook|automations/),
  },
};

import { Document, isScalar, visit } from "yaml";
import { type GitopsExport, NO_TEAM } from "#lib/gitops/schema.ts";
import { escaped } from "./yaml-variables.ts";

type Fields = Record<string, unknown>;

/** A file of the layout, by its path in the folder. */
export interface GitopsFile {
  path: string;
  text: string;
}

/** In the order in which people read. Keys that are not here come last, by name. */
const ORDER = [
  "name",
  "description",
  "team_settings",
  "org_settings",
  "agent_options",
  "labels",
  "policy",
  "platform",
  "critical",
  "interval",
  "paused",
  "tags",
  "labels_include_any",
  "labels_include_all",
  "labels_exclude_any",
  "labels_exclude_all",
  "label_membership_type",
  "criteria",
  "query",
  "resolution",
  "host",
  "label",
  "team",
  "reason",
  "expires_at",
  "hosts",
  "policies",
  "exemptions",
];

const rank = (key: string) => (ORDER.includes(key) ? ORDER.indexOf(key) : ORDER.length);
const byName = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

const ordered = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).sort(([a], [b]) => rank(a) - rank(b) || byName(a, b)));

const sortedBy = (list: readonly Fields[], ...keys: string[]): Fields[] => {
  const keyOf = (item: Fields) => keys.map((key) => String(item[key] ?? "")).join("\n");
  return list.map(ordered).sort((a, b) => byName(keyOf(a), keyOf(b)));
};

/** What looks like a credential in agent options, such as that of a log destination; and webhooks' URLs. */
const CREDENTIAL = /(?:secret|password|passphrase|token|access_key|destination_url)/i;
const NO_CREDENTIAL = /_(?:path|file|env|id)$/i;

/** Credentials stay out of files: in their place is a variable, which the apply asks for. */
function withoutCredentials(value: unknown, path: readonly string[], found: string[]): unknown {
  if (Array.isArray(value)) return value.map((one) => withoutCredentials(one, path, found));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [
        key,
        withoutCredentials(one, [...path, key], found),
      ]),
    );
  }
  const key = path.at(-1) ?? "";
  if (typeof value !== "string") return value;
  if (value === "" || !CREDENTIAL.test(key) || NO_CREDENTIAL.test(key)) return escaped(value);
  const name = path.join("_").toUpperCase().replace(/\W/g, "_");
  found.push(name);
  return `$${name}`;
}

const PROSE = ["description", "resolution"];

/** Texts as the reader expands them; prose it leaves alone. */
const escapedTexts = (fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      PROSE.includes(key) ? value : escapedValue(value),
    ]),
  );

function escapedValue(value: unknown): unknown {
  if (typeof value === "string") return escaped(value);
  if (Array.isArray(value)) return value.map(escapedValue);
  return typeof value === "object" && value !== null ? escapedTexts(value as Fields) : value;
}

const SECRETS_COMMENT = ` Enroll secrets are left out. To keep them here, set them by variables:
   secrets:
     - secret: $ENROLL_SECRET`;

function textOf(content: Fields, comment: string): string {
  const document = new Document(content);
  document.commentBefore = comment;
  visit(document, {
    Scalar(_key, node) {
      // Texts of several lines as they are, so that a changed line is one line of a diff.
      if (isScalar(node) && typeof node.value === "string" && node.value.includes("\n")) {
        node.type = "BLOCK_LITERAL";
      }
    },
  });
  return document.toString({ lineWidth: 0, nullStr: "" });
}

const commentOf = (whose: string, variables: readonly string[]): string =>
  [
    ` ${whose}, as muster gitops takes it. Made by muster gitops export.`,
    SECRETS_COMMENT,
    ...(variables.length > 0
      ? [` Credentials are left out as well; set these variables: ${variables.join(", ")}`]
      : []),
  ].join("\n");

const FILE_CHARACTERS_MAX = 100;

/** A name for a team's file: letters and digits, whatever the team is called. */
const slugOf = (name: string) =>
  name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, FILE_CHARACTERS_MAX) || "team";

function listsOf({ policies, exemptions }: GitopsExport, team: string) {
  const own = policies.filter((policy) => (policy.team ?? "") === team);
  const exempt = exemptions.filter(({ policy_team }) => (policy_team ?? "") === team);
  return {
    policies: sortedBy(
      own.map(({ team: _, ...policy }) => escapedTexts(policy)),
      "name",
    ),
    exemptions: sortedBy(
      exempt.map(({ policy_team: _, ...exemption }) => escapedTexts(exemption)),
      "policy",
      "host",
      "label",
      "team",
    ),
  };
}

function webhooksOf(webhooks: unknown, path: readonly string[], variables: string[]): Fields {
  if (!webhooks) return {};
  const named = [...path, "webhook_settings"];
  return { webhook_settings: withoutCredentials(webhooks, named, variables) };
}

function globalFile(content: GitopsExport): GitopsFile {
  const { settings, labels } = content;
  const { agent_options, webhook_settings, ...others } = settings ?? {};
  const variables: string[] = [];
  const webhooks = webhooksOf(webhook_settings, [], variables);
  const file = ordered({
    ...(settings ? { org_settings: { ...escapedTexts(others), ...webhooks } } : {}),
    ...(agent_options
      ? { agent_options: withoutCredentials(agent_options, ["agent_options"], variables) }
      : {}),
    ...(labels ? { labels: sortedBy(labels.map(escapedTexts), "name") } : {}),
    ...listsOf(content, ""),
  });
  return { path: "default.yml", text: textOf(file, commentOf("All teams", variables)) };
}

function teamFile(content: GitopsExport, team: Fields, path: string): GitopsFile {
  const variables: string[] = [];
  const name = String(team.name);
  const prefix = [slugOf(name), "agent_options"];
  const options =
    "agent_options" in team
      ? { agent_options: withoutCredentials(team.agent_options, prefix, variables) }
      : {};
  const { webhook_settings, ...others } = team;
  const webhooks = webhooksOf(webhook_settings, [slugOf(name)], variables);
  const file = ordered({
    ...escapedTexts(others),
    ...(webhook_settings ? { team_settings: webhooks } : {}),
    ...options,
    ...listsOf(content, name),
  });
  return { path, text: textOf(file, commentOf(`Team ${JSON.stringify(name)}`, variables)) };
}

/** Files of what was exported, the same for the same content. */
export function gitopsFiles(content: GitopsExport, only?: string): GitopsFile[] {
  const files: GitopsFile[] = [];
  const used = new Set<string>(["no-team", "unassigned"]);
  if (only === undefined || only === "") files.push(globalFile(content));
  for (const team of sortedBy(content.teams ?? [], "name")) {
    let slug = slugOf(String(team.name));
    for (let next = 2; used.has(slug); next++) slug = `${slugOf(String(team.name))}-${next}`;
    used.add(slug);
    files.push(teamFile(content, team, `teams/${slug}.yml`));
  }
  const ofNoTeam = listsOf(content, NO_TEAM);
  const ownWebhooks = content.no_team?.webhook_settings;
  const hasOwn = ofNoTeam.policies.length > 0 || ownWebhooks !== undefined;
  if (only === NO_TEAM || (only === undefined && hasOwn)) {
    const variables: string[] = [];
    const webhooks = webhooksOf(ownWebhooks, ["no-team"], variables);
    const settings = ownWebhooks ? { team_settings: webhooks } : {};
    const content = { name: NO_TEAM, ...settings, ...ofNoTeam };
    const text = textOf(content, commentOf("Hosts in no team", variables));
    files.push({ path: "teams/no-team.yml", text });
  }
  return files;
}

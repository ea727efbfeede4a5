import type { z } from "zod";
import type { secretSpecReply } from "#lib/enroll-secrets/schema.ts";
import { withOldNames } from "#lib/http/fleet-names.ts";
import type { labelSpecsReply } from "#lib/labels/schema.ts";
import { LABEL_KEYS } from "#lib/policies/label-fields.ts";
import type { policySpecsReply } from "#lib/policies/schema.ts";
import { configReply } from "#lib/settings/config-schema.ts";
import type { TeamJson, teamListReply } from "#lib/teams/schema.ts";
import { type Difference, differences } from "./difference.ts";
import type { Api } from "./invocation.ts";
import type { PolicySpec } from "./policy-document.ts";
import type { TeamSpec, Wanted } from "./wanted.ts";

export interface Change {
  kind: "config" | "enroll_secret" | "label" | "team" | "policy" | "user_roles";
  name: string;
  /** Policies only; "" is all teams. */
  team?: string;
  /** send: applied whole, without a way to tell what differs. */
  action: "create" | "update" | "none" | "send";
  differences: Difference[];
}

export interface ApplyOptions {
  dryRun: boolean;
  /** Drops unknown keys of teams and configuration instead of refusing them. */
  force: boolean;
}

type PolicyChange = z.output<typeof policySpecsReply>["changes"][number];

const fromServer = ({ name, team, action, before, after }: PolicyChange): Change => ({
  kind: "policy",
  name,
  team,
  action,
  differences: action === "update" ? differences(before, after) : [],
});

/** What a spec leaves out stays as it is. Secrets are sent unseen, and so is what only admins see. */
function teamChange(spec: TeamSpec, known: TeamJson | undefined): Change {
  const change: Change = { kind: "team", name: spec.name, action: "create", differences: [] };
  if (!known) return change;
  const before: Record<string, unknown> = {};
  const after: Record<string, unknown> = {};
  for (const key of ["description", "agent_options"] as const) {
    if (spec[key] === undefined || known[key] === undefined) continue;
    before[key] = known[key];
    after[key] = spec[key];
  }
  const found = differences(before, after);
  const action = found.length > 0 ? "update" : spec.secrets ? "send" : "none";
  return { ...change, action, differences: found };
}

/** Sends what files ask for in Fleet's order: later kinds may name what earlier ones make. */
class Applier {
  private readonly api: Api;
  private readonly wanted: Wanted;
  private readonly options: ApplyOptions;

  constructor(api: Api, wanted: Wanted, options: ApplyOptions) {
    this.api = api;
    this.wanted = wanted;
    this.options = options;
  }

  async run(): Promise<Change[]> {
    const labels = await this.applyLabels();
    const config = await this.applyConfig();
    const secrets = await this.applySecrets();
    const { changes: teams, missing } = await this.applyTeams();
    const policies = await this.applyPolicies(missing, this.notMade(labels));
    return [...labels, ...config, ...secrets, ...teams, ...policies, ...(await this.applyRoles())];
  }

  /** Names that policies may say already, though a dry run makes nothing. */
  private notMade(changes: readonly Change[]): ReadonlySet<string> {
    const made = changes.filter(({ action }) => action === "create").map(({ name }) => name);
    return new Set(this.options.dryRun ? made : []);
  }

  private async applyLabels(): Promise<Change[]> {
    const { labels } = this.wanted;
    if (labels.length === 0) return [];
    const answer = await this.api.send<z.output<typeof labelSpecsReply>>(
      "POST",
      "/fleet/spec/labels",
      { specs: labels },
      { dry_run: this.options.dryRun },
    );
    return answer.changes.map(({ name, action, before, after }) => ({
      kind: "label",
      name,
      action,
      differences: action === "update" ? differences(before, after) : [],
    }));
  }

  private get query() {
    return { force: this.options.force, dry_run: this.options.dryRun };
  }

  private async applyConfig(): Promise<Change[]> {
    if (this.wanted.config.length === 0) return [];
    type Config = z.output<typeof configReply>;
    const path = "/fleet/config";
    // Answers have some keys by two names; a change is told by one.
    const read = (answer: Config) => withOldNames(configReply, answer) as Config;
    const before = read(await this.api.get<Config>(path));
    let after = before;
    const found: Difference[] = [];
    for (const body of this.wanted.config) {
      const answer = read(await this.api.send<Config>("PATCH", path, body, this.query));
      found.push(...differences(after, answer));
      after = this.options.dryRun ? before : answer;
    }
    const action = found.length > 0 ? "update" : "none";
    return [{ kind: "config", name: "config", action, differences: found }];
  }

  /** The secrets themselves stay out of what is printed: it ends up in logs. */
  private async applySecrets(): Promise<Change[]> {
    const changes: Change[] = [];
    for (const spec of this.wanted.secrets) {
      const path = "/fleet/spec/enroll_secret";
      const before = await this.api.get<z.output<typeof secretSpecReply>>(path);
      const known = before.spec.secrets.filter(({ expires_at }) => !expires_at);
      const old = known.map(({ secret }) => secret).sort();
      const now = namesOf(spec.secrets).sort();
      const same = JSON.stringify(old) === JSON.stringify(now);
      if (!this.options.dryRun) await this.api.send("POST", path, { spec });
      const action = same ? "none" : "update";
      changes.push({ kind: "enroll_secret", name: "enroll secrets", action, differences: [] });
    }
    return changes;
  }

  private async applyTeams(): Promise<{ changes: Change[]; missing: ReadonlySet<string> }> {
    const { teams } = this.wanted;
    if (teams.length === 0) return { changes: [], missing: new Set() };
    const known = await this.api.get<z.output<typeof teamListReply>>("/fleet/teams", {
      per_page: 10_000,
    });
    await this.api.send("POST", "/fleet/spec/teams", { specs: teams }, this.query);
    const changes = teams.map((spec) =>
      teamChange(
        spec,
        known.teams.find(({ name }) => name === spec.name.trim()),
      ),
    );
    return { changes, missing: this.notMade(changes) };
  }

  /** In one request, so that all of them are applied or none. */
  private async applyPolicies(
    missingTeams: ReadonlySet<string>,
    missingLabels: ReadonlySet<string>,
  ): Promise<Change[]> {
    const { policies } = this.wanted;
    const teamOf = (spec: PolicySpec) => String(spec.team ?? "").trim();
    const waiting = policies.filter(
      (spec) =>
        missingTeams.has(teamOf(spec)) || labelsOf(spec).some((name) => missingLabels.has(name)),
    );
    const specs = policies.filter((spec) => !waiting.includes(spec));
    const created = waiting.map((spec): Change => {
      return {
        kind: "policy",
        name: spec.name,
        team: teamOf(spec),
        action: "create",
        differences: [],
      };
    });
    if (specs.length === 0) return created;
    const answer = await this.api.send<z.output<typeof policySpecsReply>>(
      "POST",
      "/fleet/spec/policies",
      { specs },
      { dry_run: this.options.dryRun },
    );
    return [...answer.changes.map(fromServer), ...created];
  }

  private async applyRoles(): Promise<Change[]> {
    const changes: Change[] = [];
    for (const spec of this.wanted.roles) {
      if (!this.options.dryRun) await this.api.send("POST", "/fleet/users/roles/spec", { spec });
      changes.push({ kind: "user_roles", name: "user roles", action: "send", differences: [] });
    }
    return changes;
  }
}

const labelsOf = (spec: PolicySpec): string[] =>
  LABEL_KEYS.flatMap((key) => (Array.isArray(spec[key]) ? spec[key].map(String) : []));

function namesOf(secrets: unknown): string[] {
  if (!Array.isArray(secrets)) return [];
  return secrets.map((one: unknown) =>
    typeof one === "object" && one !== null && "secret" in one ? String(one.secret) : "",
  );
}

const requestsOf = ({ config, secrets, labels, teams, policies, roles }: Wanted): number =>
  [config, secrets, labels, teams, policies, roles].filter((list) => list.length > 0).length;

/**
 * Applies what files ask for and tells what that changed; a dry run only tells. One kind is one
 * request and so all or nothing. Several kinds are several, so all are tried dry first: a mistake
 * in the last policy must not leave the teams made.
 */
export async function apply(api: Api, wanted: Wanted, options: ApplyOptions): Promise<Change[]> {
  if (!options.dryRun && requestsOf(wanted) > 1) {
    await new Applier(api, wanted, { ...options, dryRun: true }).run();
  }
  return new Applier(api, wanted, options).run();
}

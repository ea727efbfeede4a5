import { setImmediate } from "node:timers/promises";
import { authorize, GLOBAL, isAllowed } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { invalid, isAppError, notFound } from "#lib/errors.ts";
import { planLabel } from "#lib/labels/specs.ts";
import { type LabelRecord, selectLabels } from "#lib/labels/sql.ts";
import { LABEL_KEYS } from "#lib/policies/label-fields.ts";
import { UNASSIGNED } from "#lib/policies/specs.ts";
import { selectMatchingRecords } from "#lib/policies/sql.ts";
import { queryChecker } from "#lib/tables/tables.ts";
import { applyGitops } from "./gitops.ts";
import { findInFleet } from "./import-fleet.ts";
import type { Found } from "./import-found.ts";
import { findInPack } from "./import-pack.ts";
import { type ImportInput, type ImportItem, type ImportReply, ITEMS_MAX } from "./import-schema.ts";
import { teamOf } from "./plan-policies.ts";
import { type GitopsBody, type GitopsPolicy, gitopsBody, NO_TEAM } from "./schema.ts";
import { selectAllTeams } from "./sql.ts";

type SqlChecker = Awaited<ReturnType<typeof queryChecker>>;
type Label = NonNullable<GitopsBody["labels"]>[number];

const labelSchema = gitopsBody.shape.labels.unwrap().element;
const policySchema = gitopsBody.shape.policies.unwrap().element;

const reasonOf = (issues: readonly { path: PropertyKey[]; message: string }[]) =>
  issues
    .map(({ path, message }) => [path.join("."), message].filter(Boolean).join(": "))
    .join("; ");

/** Looks at one thing after the other, and takes those that can be. */
class Importer {
  readonly items: ImportItem[] = [];
  readonly policies: unknown[] = [];
  readonly labels: Label[] = [];
  private readonly viewer: Viewer;
  private readonly input: ImportInput;
  private readonly check: SqlChecker;
  private readonly teams: Map<string, number | null>;
  private readonly knownLabels: Map<string, LabelRecord | undefined>;
  private readonly names = new Map<string, Set<string>>();

  constructor(
    viewer: Viewer,
    input: ImportInput,
    check: SqlChecker,
    teams: Map<string, number | null>,
    labels: readonly LabelRecord[],
  ) {
    this.viewer = viewer;
    this.check = check;
    this.input = input;
    this.teams = teams;
    this.knownLabels = new Map(labels.map((label) => [label.name, label]));
  }

  async add(found: Found): Promise<void> {
    const { kind, name, notes } = found;
    const item: ImportItem = {
      kind,
      name,
      team: null,
      outcome: "taken",
      notes: [...notes],
      warnings: [],
      query: null,
    };
    this.items.push(item);
    const refusal = found.refusal ?? (await this.take(found, item));
    if (refusal) Object.assign(item, { outcome: "not_taken", notes: [refusal], warnings: [] });
    else if (item.notes.length > 0) item.outcome = "changed";
  }

  /** Why not, if so. */
  private take(found: Found, item: ImportItem): Promise<string | undefined> {
    return found.label ? this.takeLabel(found.label) : this.takePolicy(found.policy ?? {}, item);
  }

  private async takeLabel(given: object): Promise<string | undefined> {
    if (!isAllowed(this.viewer, "label:write", GLOBAL)) return "you may not make labels";
    const { data, error } = labelSchema.safeParse(given);
    if (error) return reasonOf(error.issues);
    if (this.knownLabels.has(data.name)) return "a label of this name is there already";
    try {
      await planLabel(database(), this.viewer, data, undefined);
    } catch (failure) {
      if (isAppError(failure) && failure.kind !== "forbidden") return failure.message;
      throw failure;
    }
    const { query } = data;
    const errors = query ? (await this.check(query)).errors : [];
    if (errors[0]) return `SQL: ${errors[0].message}`;
    this.knownLabels.set(data.name, undefined);
    this.labels.push(given as Label);
    return undefined;
  }

  private async takePolicy(given: object, item: ImportItem): Promise<string | undefined> {
    const { data, error } = policySchema.safeParse(given);
    if (error) return reasonOf(error.issues);
    const own = this.knownAs(teamOf(data));
    const team = this.chosenTeam() ?? own;
    // A file that names none means all teams, or leaves it to who imports it.
    if (own !== "" && own !== team) {
      item.notes.push(`team "${own}" became ${team === "" ? "all teams" : `"${team}"`}, as chosen`);
    }
    const refusal = (await this.teamRefusal(team, data.name)) ?? this.labelRefusal(data);
    if (refusal) return refusal;
    const { errors, warnings } = await this.check(data.query);
    if (errors[0]) return `SQL: ${errors[0].message}`;
    item.team = team;
    item.query = data.query;
    item.warnings = warnings.map(({ message }) => message);
    this.names.get(team)?.add(data.name);
    this.policies.push({ ...given, team });
    // Hundreds of checks are a second of work, in which other requests want their turn.
    await setImmediate();
    return undefined;
  }

  /** Fleet shows "No team" by another name since 4.82, which a team may have here. */
  private knownAs(team: string): string {
    return team === UNASSIGNED && !this.teams.has(team) ? NO_TEAM : team;
  }

  private chosenTeam(): string | undefined {
    const { team_id } = this.input;
    if (team_id === undefined) return undefined;
    for (const [name, id] of this.teams) if (id === team_id) return name;
    throw notFound(`Team ${team_id}`);
  }

  private async teamRefusal(team: string, name: string): Promise<string | undefined> {
    const teamId = this.teams.get(team);
    if (teamId === undefined) return `team "${team}" does not exist`;
    if (!isAllowed(this.viewer, "policy:write", { teamId })) {
      return `you may not make policies of team "${team}"`;
    }
    if (!this.names.has(team)) {
      const owner = teamId === null ? "global" : { teamId, inherited: false };
      const records = await selectMatchingRecords(database(), owner, {});
      this.names.set(team, new Set(records.map((record) => record.name)));
    }
    if (!this.names.get(team)?.has(name)) return undefined;
    return "a policy of this name is there already; nothing is written over";
  }

  private labelRefusal(policy: GitopsPolicy): string | undefined {
    const named = LABEL_KEYS.flatMap((key) => policy[key] ?? []);
    const missing = named.find((name) => !this.knownLabels.has(name));
    return missing === undefined ? undefined : `label "${missing}" does not exist`;
  }
}

/**
 * Makes policies and labels of what an osquery pack or Fleet's YAML holds, and tells of each thing
 * what became of it. What is there already stays as it is. What is taken is written in one
 * transaction; a dry run only tells.
 */
export async function importContent(viewer: Viewer, input: ImportInput): Promise<ImportReply> {
  authorize(viewer, "policy:write", { teamId: input.team_id ?? null });
  const find = input.format === "pack" ? findInPack : findInFleet;
  const found = find(input.content, input.rows_mean);
  if (found.length > ITEMS_MAX) {
    throw invalid(
      "content",
      `A file may hold ${ITEMS_MAX} things at most; this has ${found.length}`,
    );
  }
  const teams = await selectAllTeams(database());
  const ids = new Map<string, number | null>([
    ["", null],
    [NO_TEAM, 0],
  ]);
  for (const { name, id } of teams) ids.set(name, id);
  const importer = new Importer(
    viewer,
    input,
    await queryChecker(viewer),
    ids,
    await selectLabels(database()),
  );
  // Labels first: policies may name them.
  for (const one of [...found].sort((a, b) => Number(!a.label) - Number(!b.label))) {
    await importer.add(one);
  }
  const { items, policies, labels } = importer;
  if (!input.dry_run && policies.length + labels.length > 0) {
    await applyGitops(viewer, gitopsBody.parse({ policies, labels, reason: "Imported" }));
  }
  return { dry_run: input.dry_run, items };
}

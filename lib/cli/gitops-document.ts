import { basename } from "node:path";
import { type GitopsBody, NO_TEAM } from "#lib/gitops/schema.ts";
import { isNoTeamFile, isTeamFile } from "./gitops-files.ts";
import { type Fields, type GitopsSource, isFields, type Placed } from "./gitops-source.ts";
import { nearestOf } from "./nearest.ts";
import { FOREIGN_POLICY_KEYS } from "./policy-document.ts";
import type { Path } from "./yaml-text.ts";

type Places = Map<string, Placed["place"]>;

/** What files ask for, as the server takes it, and where each part of it stands. */
export interface Collected {
  body: GitopsBody;
  places: Places;
  warnings: string[];
  problems: string[];
}

/** Sections of Fleet's about things that Muster does not do. */
const FOREIGN = ["controls", "queries", "reports", "software", "scripts"];
const LISTS = ["policies", "exemptions"];
const GLOBAL_KEYS = ["org_settings", "agent_options", "labels", ...LISTS];
const TEAM_KEYS = ["name", "description", "team_settings", "settings", "agent_options", ...LISTS];
/** Of org_settings, those that something is done with. */
const KNOWN_SETTINGS = [
  "org_info",
  "server_settings",
  "gitops",
  "muster",
  "secrets",
  "webhook_settings",
];

const isEmpty = (value: unknown) =>
  value === null ||
  value === undefined ||
  (Array.isArray(value) && value.length === 0) ||
  (isFields(value) && Object.keys(value).length === 0);

/** Puts together what files say. Every file says all of its own team, or of all teams. */
export class GitopsCollector {
  readonly collected: Collected = {
    body: { teams: [], labels: [], policies: [], exemptions: [] },
    places: new Map(),
    warnings: [],
    problems: [],
  };
  private readonly complete = {
    policies: [] as string[],
    exemptions: [] as string[],
    labels: false,
    teams: false,
  };
  private readonly files = new Map<string, string>();
  private readonly source: GitopsSource;

  constructor(source: GitopsSource) {
    this.source = source;
    this.collected.body.complete = this.complete;
  }

  async add(file: string): Promise<void> {
    const { value, place } = await this.source.read(file);
    if (!isFields(value)) {
      this.problem(place([]), "this file must have keys such as policies.");
      return;
    }
    const root = { value, place };
    if (isNoTeamFile(file)) await this.addTeam(file, root, NO_TEAM);
    else if (isTeamFile(file) || "name" in value) await this.addNamedTeam(file, root);
    else await this.addGlobal(file, root);
  }

  private problem(at: string, text: string): void {
    this.collected.problems.push(`${at}: ${text}`);
  }

  /** One file for each team; what two said of one would be neither's whole. */
  private requireFirst(team: string, file: string): void {
    const before = this.files.get(team);
    const whose = team ? `team "${team}"` : "all teams";
    if (before) this.problem(file, `${whose} is in ${before} as well.`);
    this.files.set(team, file);
  }

  private checkKeys({ value, place }: Placed<Fields>, known: readonly string[]): void {
    for (const key of Object.keys(value)) {
      if (known.includes(key)) continue;
      const at = place([key]);
      if (FOREIGN.includes(key)) {
        if (!isEmpty(value[key])) this.warn(at, `"${key}" is not taken: Muster does not do this.`);
        continue;
      }
      const near = nearestOf(key, known);
      const hint = near ? ` Did you mean "${near}"?` : ` There are ${known.join(", ")}.`;
      this.problem(at, `a file of this kind has no key "${key}".${hint}`);
    }
  }

  private warn(at: string, text: string): void {
    this.collected.warnings.push(`${at}: ${text}`);
  }

  private async addGlobal(file: string, root: Placed<Fields>): Promise<void> {
    this.requireFirst("", file);
    this.checkKeys(root, GLOBAL_KEYS);
    const { body, places } = this.collected;
    this.complete.teams = true;
    const settings = await this.source.section(file, root, "org_settings");
    const options = await this.source.section(file, root, "agent_options");
    if (isFields(settings.value) || isFields(options.value)) {
      const { secrets, ...others } = isFields(settings.value) ? settings.value : {};
      this.warnForeign(settings, others);
      const agent = isFields(options.value) ? { agent_options: options.value } : {};
      body.settings = { ...others, ...agent } as GitopsBody["settings"];
      places.set("settings", settings.place);
      places.set("settings.agent_options", options.place);
      if (secrets !== undefined && secrets !== null) body.secrets = secrets as never;
      places.set("secrets", (path) => settings.place(["secrets", ...path]));
    }
    if ("labels" in root.value) {
      this.complete.labels = true;
      await this.addItems("labels", file, root, (label) => label);
    }
    await this.addLists(file, root, "");
  }

  private warnForeign({ place }: Placed, settings: Fields): void {
    for (const key of Object.keys(settings)) {
      if (KNOWN_SETTINGS.includes(key) || isEmpty(settings[key])) continue;
      this.warn(place([key]), `"${key}" is not taken: Muster does not do this.`);
    }
  }

  private async addNamedTeam(file: string, root: Placed<Fields>): Promise<void> {
    const { name } = root.value;
    if (typeof name === "string" && name.trim() !== "") {
      if (name.trim() === NO_TEAM) await this.addTeam(file, root, NO_TEAM);
      else await this.addTeam(file, root, name.trim());
    } else this.problem(root.place(["name"]), `${basename(file)} names no team: it needs "name".`);
  }

  private async addTeam(file: string, root: Placed<Fields>, team: string): Promise<void> {
    this.requireFirst(team, file);
    this.checkKeys(root, TEAM_KEYS);
    if (team === NO_TEAM) await this.addNoTeam(file, root);
    else await this.addTeamItself(file, root, team);
    await this.addLists(file, root, team);
  }

  /** By either of Fleet's names. */
  private teamSettings(file: string, root: Placed<Fields>): Promise<Placed> {
    const isNew = "settings" in root.value;
    if (isNew && "team_settings" in root.value) {
      this.problem(root.place(["team_settings"]), `give "settings" or "team_settings", not both.`);
    }
    return this.source.section(file, root, isNew ? "settings" : "team_settings");
  }

  private async addTeamItself(file: string, root: Placed<Fields>, name: string): Promise<void> {
    const { body, places } = this.collected;
    const settings = await this.teamSettings(file, root);
    const options = await this.source.section(file, root, "agent_options");
    const { secrets, webhook_settings, ...others } = isFields(settings.value) ? settings.value : {};
    this.warnForeign(settings, others);
    const place = `teams.${body.teams?.length ?? 0}`;
    places.set(place, root.place);
    places.set(`${place}.secrets`, (path) => settings.place(["secrets", ...path]));
    places.set(`${place}.agent_options`, options.place);
    places.set(`${place}.webhook_settings`, (path) =>
      settings.place(["webhook_settings", ...path]),
    );
    const { description } = root.value;
    const said = {
      name,
      ...("agent_options" in root.value ? { agent_options: options.value ?? null } : {}),
      ...(description === undefined ? {} : { description }),
      ...(secrets === undefined ? {} : { secrets }),
      ...(webhook_settings === undefined ? {} : { webhook_settings }),
    };
    body.teams?.push(said as never);
  }

  /** Of settings, it has webhooks alone. */
  private async addNoTeam(file: string, root: Placed<Fields>): Promise<void> {
    const settings = await this.teamSettings(file, root);
    if (!isFields(settings.value)) return;
    const { webhook_settings, ...others } = settings.value;
    this.warnForeign(settings, others);
    if (webhook_settings === undefined) return;
    this.collected.body.no_team = { webhook_settings } as never;
    this.collected.places.set("no_team", settings.place);
  }

  private async addLists(file: string, root: Placed<Fields>, team: string): Promise<void> {
    if ("policies" in root.value) {
      this.complete.policies.push(team);
      await this.addItems("policies", file, root, (policy, place) => ({
        ...this.withoutForeign(policy, place),
        team,
      }));
    }
    if (!("exemptions" in root.value)) return;
    this.complete.exemptions.push(team);
    await this.addItems("exemptions", file, root, (exemption) => ({
      ...exemption,
      policy_team: team,
    }));
  }

  private withoutForeign(policy: Fields, place: Placed["place"]): Fields {
    const kept = Object.entries(policy).filter(([key, value]) => {
      if (!FOREIGN_POLICY_KEYS.includes(key)) return true;
      if (!isEmpty(value) && value !== false)
        this.warn(place([key]), `"${key}" has no effect here.`);
      return false;
    });
    return Object.fromEntries(kept);
  }

  private async addItems(
    section: "labels" | "policies" | "exemptions",
    file: string,
    root: Placed<Fields>,
    toItem: (value: Fields, place: Placed["place"]) => Fields,
  ): Promise<void> {
    const list = (this.collected.body[section] ?? []) as unknown[];
    for (const { value, place } of await this.source.items(file, root, section)) {
      this.collected.places.set(`${section}.${list.length}`, place);
      list.push(toItem(value, place));
    }
  }
}

/** `file:line:column` of a place in the request, such as `policies.3.query`. */
export function placeOf(places: Places, name: string): string | undefined {
  const steps = name.split(".").map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  for (let length = steps.length; length > 0; length--) {
    const place = places.get(steps.slice(0, length).join("."));
    if (place) return place(steps.slice(length) as Path);
  }
  return undefined;
}

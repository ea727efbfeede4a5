import { CommandError, EXIT } from "./exit-codes.ts";
import { type LabelSpec, readLabel } from "./label-document.ts";
import { nearestOf } from "./nearest.ts";
import { type PolicySpec, readPolicy } from "./policy-document.ts";
import type { SpecDocument } from "./spec-file.ts";

type Body = Record<string, unknown>;
export type TeamSpec = Body & { name: string };

/** What files ask for, by where it is sent. */
export interface Wanted {
  config: Body[];
  secrets: Body[];
  labels: LabelSpec[];
  teams: TeamSpec[];
  policies: PolicySpec[];
  roles: Body[];
  warnings: string[];
}

export interface WantedOptions {
  /** Puts every policy into this team ("" is all teams), whatever the files say. */
  team?: string;
  /** Passes over the kinds that Muster does not have. */
  skipUnsupported?: boolean;
}

const SUPPORTED = ["config", "enroll_secret", "team", "fleet", "label", "policy", "user_roles"];
/** Kinds of Fleet without a counterpart here, yet. */
const UNSUPPORTED = ["query", "report", "pack"];

class Collector {
  readonly wanted: Wanted = {
    config: [],
    secrets: [],
    labels: [],
    teams: [],
    policies: [],
    roles: [],
    warnings: [],
  };
  readonly problems: string[] = [];
  private readonly places = new Map<string, string>();
  private readonly options: WantedOptions;

  constructor(options: WantedOptions) {
    this.options = options;
  }

  add(document: SpecDocument): void {
    const { kind, place } = document;
    const spec = document.spec as Body;
    if (kind === "config") this.wanted.config.push(spec);
    else if (kind === "enroll_secret") this.wanted.secrets.push(spec);
    else if (kind === "user_roles") this.wanted.roles.push(spec);
    else if (kind === "label") this.addLabel(document);
    else if (kind === "policy") this.addPolicy(document);
    else if (kind === "team" || kind === "fleet") this.addTeam(document, spec[kind] ?? spec.team);
    else this.addUnknown(kind, place(["kind"]));
  }

  private addPolicy(document: SpecDocument): void {
    const { spec, problems, warnings } = readPolicy(document, this.options.team);
    this.problems.push(...problems);
    this.wanted.warnings.push(...warnings);
    this.wanted.policies.push(spec);
    const where = spec.team ? `team "${spec.team}"` : "all teams";
    this.requireNew(`policy "${spec.name}" of ${where}`, document.place(["spec", "name"]));
  }

  private addLabel(document: SpecDocument): void {
    const { spec, problems } = readLabel(document);
    this.problems.push(...problems);
    this.wanted.labels.push(spec);
    this.requireNew(`label "${spec.name}"`, document.place(["spec", "name"]));
  }

  private addTeam({ kind, place }: SpecDocument, team: unknown): void {
    const named = typeof team === "object" && team !== null && "name" in team;
    if (!named || typeof team.name !== "string") {
      this.problems.push(`${place(["spec"])}: this document has no spec.${kind}.name.`);
      return;
    }
    this.wanted.teams.push(team as TeamSpec);
    this.requireNew(`team "${team.name}"`, place(["spec", kind, "name"]));
  }

  private addUnknown(kind: string, at: string): void {
    const near = nearestOf(kind, SUPPORTED);
    if (!UNSUPPORTED.includes(kind)) {
      const hint = near ? `Did you mean "${near}"?` : `There are ${SUPPORTED.join(", ")}.`;
      this.problems.push(`${at}: there is no kind "${kind}". ${hint}`);
    } else if (this.options.skipUnsupported) {
      this.wanted.warnings.push(`${at}: skipped, kind "${kind}" is not supported yet.`);
    } else {
      const hint = "Remove the document, or pass --skip-unsupported.";
      this.problems.push(`${at}: kind "${kind}" is not supported yet. ${hint}`);
    }
  }

  private requireNew(what: string, at: string): void {
    const before = this.places.get(what);
    if (before) this.problems.push(`${at}: ${what} is there twice; the first is at ${before}.`);
    else this.places.set(what, at);
  }
}

/** What the documents ask for. Throws CommandError with everything that is wrong with them. */
export function collectWanted(
  documents: readonly SpecDocument[],
  options: WantedOptions = {},
): Wanted {
  const collector = new Collector(options);
  for (const document of documents) collector.add(document);
  if (collector.problems.length > 0) {
    throw new CommandError(EXIT.usage, collector.problems.join("\n"), "Nothing was sent.");
  }
  return collector.wanted;
}

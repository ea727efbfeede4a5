import type { Database } from "#db/client.ts";
import { env } from "#lib/env.ts";
import { judgedPolicy, readRules } from "#lib/membership/rules.ts";
import { asksGroup, type HostScope, scopeOf } from "#lib/membership/scope.ts";
import { selectJudgedPolicies } from "#lib/membership/sql.ts";
import type { JudgedPolicy } from "#lib/membership/verdict.ts";
import type { Settings } from "#lib/settings/schema.ts";
import { readSettings } from "#lib/settings/settings.ts";
import type { Moment } from "./sql.ts";

/** A policy as an attestation judges by it and names it. */
export type NamedPolicy = JudgedPolicy & { name: string };

/** What attestations depend on besides the host, as of two revisions. */
export interface Rules {
  policiesRevision: number;
  configRevision: number;
  settings: Settings;
  /** Those that ask the host, or may, by name. */
  policiesOf: (host: HostScope) => readonly NamedPolicy[];
}

/** A copy that is read again whenever a look-up saw other revisions than its own. */
export class KnownRules {
  private known: Rules | undefined;
  private reading: { of: string; rules: Promise<Rules> } | undefined;
  private readonly db: Database;

  constructor(db: Database) {
    this.db = db;
  }

  /** Unless they have to be read first. */
  knownAt(moment: Moment): Rules | undefined {
    const { known } = this;
    const isSame =
      known?.policiesRevision === Number(moment.policiesRevision) &&
      known.configRevision === Number(moment.configRevision);
    return isSame ? known : undefined;
  }

  /**
   * The revisions were read before the rules are: should one change in between, it is read again.
   * Whoever asks while the same ones are read, waits for those.
   */
  async at(moment: Moment): Promise<Rules> {
    const known = this.knownAt(moment);
    if (known) return known;
    const of = `${moment.policiesRevision} ${moment.configRevision}`;
    if (this.reading?.of !== of) {
      const rules = this.read(moment).finally(() => {
        if (this.reading?.rules === rules) this.reading = undefined;
      });
      this.reading = { of, rules };
    }
    return this.reading.rules;
  }

  private async read(moment: Moment): Promise<Rules> {
    const [rows, settings, rules] = await Promise.all([
      selectJudgedPolicies(this.db),
      readSettings(this.db),
      readRules(this.db),
    ]);
    const fallback = env().policyUpdateIntervalSeconds;
    const policies = rows
      .map((row) => judgedPolicy(row, rules, fallback))
      .sort((a, b) => a.name.localeCompare(b.name));
    this.known = {
      policiesRevision: Number(moment.policiesRevision),
      configRevision: Number(moment.configRevision),
      settings,
      policiesOf: inScope(policies),
    };
    return this.known;
  }
}

/** Found once per team and platform, which are few; platforms past the known ones are not kept. */
const SCOPES_MAX = 10_000;

function inScope(policies: readonly NamedPolicy[]): Rules["policiesOf"] {
  const known = new Map<string, NamedPolicy[]>();
  const hasLabels = policies.some(({ labelScope }) => labelScope !== null);
  return (host) => {
    const key = `${host.teamId ?? 0} ${host.platformFamily}`;
    const found = known.get(key) ?? policies.filter((policy) => asksGroup(policy, host));
    if (known.size < SCOPES_MAX) known.set(key, found);
    return hasLabels ? found.filter((policy) => scopeOf(policy, host) !== "out") : found;
  };
}

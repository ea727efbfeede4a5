import { isObject, type Json } from "./input.ts";
import { type AgentReply, reply } from "./replies.ts";

export interface SecretHash {
  /** Hex. */
  hash: string;
  teamId: number | null;
  expiresAt: Date | null;
}

/** Enough for every team times every platform name; past it the answers are made each time. */
const PREPARED_MAX = 10_000;

/** osquery's configuration by team and platform, and who may enroll, as of one revision. */
export class AgentConfigs {
  readonly revision: number;
  private readonly teamOptions: ReadonlyMap<number, Json>;
  private readonly globalOptions: Json;
  private readonly secrets: ReadonlyMap<string, SecretHash>;
  private readonly prepared = new Map<string, AgentReply>();

  constructor(
    revision: number,
    teamOptions: ReadonlyMap<number, Json>,
    globalOptions: Json,
    secrets: readonly SecretHash[],
  ) {
    this.revision = revision;
    this.teamOptions = teamOptions;
    this.globalOptions = globalOptions;
    this.secrets = new Map(secrets.map((secret) => [secret.hash, secret]));
  }

  /** The secret of a hash while it is valid. */
  secret(hash: string, nowMs: number): SecretHash | undefined {
    const found = this.secrets.get(hash);
    if (!found || (found.expiresAt && found.expiresAt.getTime() <= nowMs)) return undefined;
    return found;
  }

  /** The configuration object of a host. `overrides.platforms.X` replaces it whole, as in Fleet. */
  config(host: { teamId: number | null; platform: string; platformFamily: string }): Json {
    const ofTeam = host.teamId === null ? undefined : this.teamOptions.get(host.teamId);
    const options = ofTeam ?? this.globalOptions;
    const overrides = isObject(options.overrides) ? options.overrides.platforms : undefined;
    const own = isObject(overrides)
      ? (overrides[host.platform] ?? overrides[host.platformFamily])
      : undefined;
    if (isObject(own)) return own;
    return isObject(options.config) ? options.config : {};
  }

  /**
   * The answer to a config request: prepared once, so its bytes stay equal. osquery compares them
   * and reconfigures itself whenever they differ (contract: osquery-agent 3).
   */
  answer(host: { teamId: number | null; platform: string; platformFamily: string }): AgentReply {
    const key = `${host.teamId ?? 0} ${host.platform} ${host.platformFamily}`;
    const known = this.prepared.get(key);
    if (known) return known;
    const answer = reply(JSON.stringify(this.config(host)));
    if (this.prepared.size < PREPARED_MAX) this.prepared.set(key, answer);
    return answer;
  }
}

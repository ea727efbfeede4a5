import type { Database } from "#db/client.ts";
import { type FoundSession, findSessions, touchSession } from "#lib/auth/sessions.ts";
import type { UserViewer, Viewer } from "#lib/auth/viewer.ts";
import { hashToken } from "#lib/crypto.ts";
import { Answers, type Asked } from "./answers.ts";
import type { Reply } from "./caching.ts";
import { Gathered } from "./gathered.ts";
import { Identities } from "./identities.ts";
import { KnownRules } from "./rules.ts";

const SESSIONS_PER_LOOKUP = 100;

/**
 * Answers gateways from rows read after they asked: a verdict, a revoked token and a deleted host
 * count at once. What many ask at a time is read together, which is what makes it cheap; nothing is
 * remembered but what follows from a row (answers.ts), and the policies and settings, as of revisions
 * that come with every row.
 */
export class Attestor {
  private readonly db: Database;
  private readonly rules: KnownRules;
  private readonly identities: Identities;
  private readonly sessions: Gathered<FoundSession>;
  private readonly answers = new Answers();

  constructor(db: Database) {
    this.db = db;
    this.rules = new KnownRules(db);
    this.identities = new Identities(db);
    this.sessions = new Gathered(SESSIONS_PER_LOOKUP, (hashes) =>
      findSessions(
        db,
        hashes.map((hash) => Buffer.from(hash, "hex")),
        new Date(),
      ),
    );
  }

  /** As viewerOf, of many at a time. */
  async viewerOf(token: string | undefined): Promise<UserViewer | undefined> {
    if (!token) return undefined;
    const found = await this.sessions.find(hashToken(token).toString("hex"));
    if (!found) return undefined;
    await touchSession(this.db, found);
    return found.viewer;
  }

  /** May the host pass? Throws `not_found`, `forbidden`, `conflict`. Never writes. */
  async attest(viewer: Viewer, identifier: string, asked: Asked): Promise<Reply> {
    const match = await this.identities.find(viewer, identifier);
    const { policiesRevision, configRevision } = match;
    const rules = await this.rules.at(Number(policiesRevision), Number(configRevision));
    return this.answers.reply(match, rules, asked);
  }
}

const known = new WeakMap<Database, Attestor>();

/** The one of a pool. Copies of this module under Next have their own, and lose nothing by it. */
export function attestorOf(db: Database): Attestor {
  const found = known.get(db) ?? new Attestor(db);
  known.set(db, found);
  return found;
}

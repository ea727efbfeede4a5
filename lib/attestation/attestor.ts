import type { Database } from "#db/client.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { identifierParams } from "#lib/hosts/schema.ts";
import { badInput, parseInput } from "#lib/http/parse.ts";
import { Answers, type Asked } from "./answers.ts";
import { type Asker, admitted, readViewers, refuse } from "./askers.ts";
import type { Reply } from "./caching.ts";
import { type Answering, Gathered } from "./gathered.ts";
import { HostPages } from "./host-pages.ts";
import { Identities } from "./identities.ts";
import { KnownRules } from "./rules.ts";
import type { Match } from "./sql.ts";

const QUESTIONS_PER_BATCH = 128;

interface Question {
  asker: Asker;
  identifier: string;
  asked: Asked;
}

/**
 * Answers gateways from rows read after they asked: a verdict, a revoked token and a deleted host
 * count at once. What many ask at a time is read together, which is what makes it cheap; nothing is
 * remembered but what follows from a row (answers.ts), and the policies and settings, as of revisions
 * that come with every row.
 */
export class Attestor {
  readonly hostPages: HostPages;
  private readonly db: Database;
  private readonly rules: KnownRules;
  private readonly identities: Identities;
  private readonly questions: Gathered<Question, Reply>;
  private readonly answers = new Answers();

  constructor(db: Database) {
    this.db = db;
    this.hostPages = new HostPages(db);
    this.rules = new KnownRules(db);
    this.identities = new Identities(db);
    this.questions = new Gathered(QUESTIONS_PER_BATCH, (questions) => this.read(questions));
  }

  /** May the host pass? Throws as a route does, and `not_found`, `conflict`. Writes nothing of hosts. */
  attest(asker: Asker, identifier: string, asked: Asked): Promise<Reply> {
    return this.questions.ask({ asker, identifier, asked });
  }

  private async read(questions: Question[]): Promise<Answering<Question, Reply>> {
    // At once, though those without a right make it look for hosts in vain: a batch waits half as long.
    const [viewerOf, find] = await Promise.all([
      readViewers(
        this.db,
        questions.map(({ asker }) => asker),
      ),
      this.identities.read(questions.filter(hasToken).map(({ identifier }) => identifier)),
    ]);
    const findFor = (viewer: Viewer, given: string) => {
      const { identifier } = parseInput(identifierParams, { identifier: given }, badInput);
      return find(viewer, identifier);
    };
    return ({ asker, identifier, asked }) => {
      const viewer = viewerOf(asker);
      if (!viewer) return refuse(asker);
      const match = findFor(admitted(viewer), identifier);
      if (match instanceof Promise) return match.then((found) => this.reply(found, asked));
      return this.reply(match, asked);
    };
  }

  private reply(match: Match, asked: Asked): Reply | Promise<Reply> {
    const rules = this.rules.at(Number(match.policiesRevision), Number(match.configRevision));
    if (rules instanceof Promise)
      return rules.then((read) => this.answers.reply(match, read, asked));
    return this.answers.reply(match, rules, asked);
  }
}

const hasToken = ({ asker }: Question): boolean => asker.kind !== "token" || Boolean(asker.token);

const known = new WeakMap<Database, Attestor>();

/** The one of a pool. Copies of this module under Next have their own, and lose nothing by it. */
export function attestorOf(db: Database): Attestor {
  const found = known.get(db) ?? new Attestor(db);
  known.set(db, found);
  return found;
}

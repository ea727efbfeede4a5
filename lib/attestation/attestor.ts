import type { Database } from "#db/client.ts";
import { type TeamScope, teamScope } from "#lib/auth/permissions.ts";
import { notFound } from "#lib/errors.ts";
import { identifierParams } from "#lib/hosts/schema.ts";
import { badInput, parseInput } from "#lib/http/parse.ts";
import { Answers, type Asked, replyOf } from "./answers.ts";
import { type Asker, admitted, readViewers, refuse } from "./askers.ts";
import type { Reply } from "./caching.ts";
import { type Answering, Gathered } from "./gathered.ts";
import { HostPages } from "./host-pages.ts";
import { Identities, isSeen } from "./identities.ts";
import { KnownRules } from "./rules.ts";
import { type Evidence, type Match, selectEvidence } from "./sql.ts";

const QUESTIONS_PER_BATCH = 128;

interface Question {
  asker: Asker;
  identifier: string;
  asked: Asked;
}

/**
 * Answers gateways from rows read after they asked: a verdict, a revoked token and a deleted host
 * count at once. What many ask at a time is read together, which is what makes it cheap; nothing is
 * remembered but what follows from a host's revision (answers.ts), and the policies and settings, as
 * of revisions that come with every row.
 */
export class Attestor {
  readonly hostPages: HostPages;
  readonly answers = new Answers();
  private readonly db: Database;
  private readonly rules: KnownRules;
  private readonly identities: Identities;
  private readonly questions: Gathered<Question, Reply>;
  private readonly evidence: Gathered<number, Evidence | undefined>;

  constructor(db: Database) {
    this.db = db;
    this.hostPages = new HostPages(db);
    this.rules = new KnownRules(db);
    this.identities = new Identities(db);
    this.questions = new Gathered(QUESTIONS_PER_BATCH, (questions) => this.read(questions));
    this.evidence = new Gathered(QUESTIONS_PER_BATCH, async (ids) => {
      const found = await selectEvidence(db, ids);
      return (id) => found.get(id);
    });
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
    return (question) => {
      const viewer = viewerOf(question.asker);
      if (!viewer) return refuse(question.asker);
      const scope = teamScope(admitted(viewer), "host:identify");
      const { identifier } = parseInput(identifierParams, question, badInput);
      const match = find(scope, identifier);
      if (match instanceof Promise)
        return match.then((found) => this.reply(found, scope, question));
      return this.reply(match, scope, question);
    };
  }

  /** At once where neither the host nor the rules are others than when it was judged last. */
  private reply(match: Match, scope: TeamScope, question: Question): Reply | Promise<Reply> {
    const { origin, ifNoneMatch } = question.asked;
    const rules = this.rules.knownAt(match);
    const known = rules && this.answers.known(match, rules, origin);
    return known
      ? replyOf(known, ifNoneMatch, match.readAtMs)
      : this.judge(match.id, scope, question);
  }

  /** Of one moment: the host's answers, and the rules as of revisions that came with them. */
  private async judge(
    id: number,
    scope: TeamScope,
    { identifier, asked }: Question,
  ): Promise<Reply> {
    const evidence = await this.evidence.ask(id);
    if (!evidence || !isSeen(scope, evidence)) throw notFound(`Host ${identifier}`);
    const rules = await this.rules.at(evidence);
    const answer = this.answers.of(evidence, rules, asked.origin);
    return replyOf(answer, asked.ifNoneMatch, evidence.readAtMs);
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

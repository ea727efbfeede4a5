import type { Database } from "#db/client.ts";
import { authorize, teamScope } from "#lib/auth/permissions.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { deviceLink } from "#lib/device/link.ts";
import { notFound } from "#lib/errors.ts";
import { type HostDetail, readHostDetails, serializeHostDetail } from "#lib/hosts/detail.ts";
import { hostDetailJson } from "#lib/hosts/json.ts";
import { withBothNames } from "#lib/http/fleet-names.ts";
import type { Asked } from "./answers.ts";
import { type Asker, admitted, readViewers, refuse } from "./askers.ts";
import { cacheControl, conditionalReply, type Reply, weakTag } from "./caching.ts";
import { type Answering, Gathered } from "./gathered.ts";

/** A page takes a millisecond to make, and other requests wait until all of a batch are. */
const PAGES_PER_BATCH = 16;

interface Question {
  asker: Asker;
  id: number;
  asked: Asked;
}

/** Hosts with their policies, verdict and link; cacheable as long as they pass. */
export class HostPages {
  private readonly db: Database;
  private readonly questions: Gathered<Question, Reply>;

  constructor(db: Database) {
    this.db = db;
    this.questions = new Gathered(PAGES_PER_BATCH, (questions) => this.read(questions));
  }

  /** Throws as a route does, and `not_found`, `forbidden`. */
  page(asker: Asker, id: number, asked: Asked): Promise<Reply> {
    return this.questions.ask({ asker, id, asked });
  }

  private async read(questions: Question[]): Promise<Answering<Question, Reply>> {
    const viewerOf = await readViewers(
      this.db,
      questions.map(({ asker }) => asker),
    );
    const ids = questions.filter(({ asker }) => viewerOf(asker)).map(({ id }) => id);
    // Of any team: whose a host is and who may see it is decided per question below.
    const details = await readHostDetails(this.db, teamScope(SYSTEM, "host:read"), ids);
    return ({ asker, id, asked }) => {
      const viewer = viewerOf(asker);
      if (!viewer) return refuse(asker);
      teamScope(admitted(viewer), "host:read");
      const detail = details.get(id);
      if (!detail) throw notFound(`Host ${id}`);
      authorize(viewer, "host:read", detail.row.host);
      return pageReply(detail, asked);
    };
  }
}

export function pageReply(detail: HostDetail, { ifNoneMatch, origin }: Asked): Reply {
  const { standing, settings } = detail;
  const nowMs = detail.now.getTime();
  const { url } = deviceLink(detail.row.host, settings, origin, nowMs);
  // A contact alone changes seen_time every few seconds and nothing else, so the tag is without it.
  const page = withBothNames(hostDetailJson, serializeHostDetail(detail, url));
  const { seen_time, ...others } = page;
  const same = JSON.stringify(others);
  return conditionalReply(ifNoneMatch, {
    json: `{"host":{"seen_time":${JSON.stringify(seen_time)},${same.slice(1)}}`,
    tag: weakTag(same),
    cacheControl: cacheControl(standing, settings.passCacheSeconds, nowMs),
  });
}

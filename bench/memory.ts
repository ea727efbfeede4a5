import { bulk, type Database } from "#db/client.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { createLabel } from "#lib/labels/edit.ts";
import { createLabelBody } from "#lib/labels/schema.ts";
import { writeLabelCard } from "#lib/membership/label-card.ts";
import { IDLE_ANSWER, READ, readBody } from "./bodies.ts";
import { type Child, type Memory, memoryOf, startBare, startProduct } from "./child.ts";
import type { Figure } from "./figure.ts";
import { insertFleet, passingCard } from "./fleet.ts";
import { percentile } from "./load.ts";
import { postEach } from "./post.ts";
import { requireIdle } from "./reads.ts";
import { withWorld } from "./world.ts";

const SIZE = { hosts: 100_000, policies: 50 };
/** Of these; what is lent to read so many is lent once, whatever comes after them. */
const FIRST_HOSTS = 20_000;
const LABELS = 5;
const HOSTS_PER_STEP = 2_000;
/** RSS is what V8 and malloc have kept of their peaks, so one run may be far off. */
const RUNS = 3;
/** Within it no policy is due again. */
const ANSWERED_WITHIN_MS = 1_800_000;

/**
 * Hosts as they are after some days: half of the policies were answered in another report than the
 * rest, at moments of each host's own, and labels have been.
 */
async function tellApart(db: Database, policyIds: readonly number[]): Promise<void> {
  const labelIds: number[] = [];
  for (let n = 1; n <= LABELS; n++) {
    const body = createLabelBody.parse({ name: `Label ${n}`, query: `SELECT ${n}` });
    labelIds.push((await createLabel(SYSTEM, body)).label.id);
  }
  const now = Date.now();
  for (let from = 1; from <= SIZE.hosts; from += HOSTS_PER_STEP) {
    const rows = Array.from({ length: HOSTS_PER_STEP }, (_, i) => {
      const hostId = from + i;
      const moment = (salt: number) => new Date(now - ((hostId * salt) % ANSWERED_WITHIN_MS));
      const [early, late] = [policyIds.filter((id) => id % 2), policyIds.filter((id) => !(id % 2))];
      const card = [passingCard(early, moment(7_919)), passingCard(late, moment(104_729))];
      const members = labelIds.map(
        (id) => [id, { revision: 1, isMember: hostId % id === 0 }] as const,
      );
      const labelCard = writeLabelCard(new Map(members));
      return [hostId, `host-${hostId}`, Buffer.concat(card), labelCard, new Date(now), new Date(0)];
    });
    await bulk(
      db,
      `INSERT INTO host_agents (host_id, identifier, card, label_card, label_updated_at, changed_at)
       VALUES ? ON DUPLICATE KEY UPDATE card = VALUES(card), label_card = VALUES(label_card),
       label_updated_at = VALUES(label_updated_at)`,
      rows,
    );
  }
}

interface Grown {
  /** What a host adds behind the first ones. */
  perHost: Memory;
  /** Likewise of all of them, with what the first ones make the process lend. */
  residentPerHost: number;
  emptyBytes: number;
  fullBytes: number;
}

async function grown(server: Child): Promise<Grown> {
  const read = server.url + READ;
  // As many requests of one host first: what code and connections need is no host's.
  await postEach(read, SIZE.hosts, () => readBody(1));
  const empty = await memoryOf(server);
  await postEach(read, FIRST_HOSTS, readBody);
  const some = await memoryOf(server);
  const others = SIZE.hosts - FIRST_HOSTS;
  await postEach(read, others, (n) => readBody(FIRST_HOSTS + n));
  const full = await memoryOf(server);
  await server.stop();
  const perHost = (part: keyof Memory) => (full[part] - some[part]) / others;
  return {
    perHost: {
      residentBytes: perHost("residentBytes"),
      liveBytes: perHost("liveBytes"),
    },
    residentPerHost: (full.residentBytes - empty.residentBytes) / SIZE.hosts,
    emptyBytes: empty.residentBytes,
    fullBytes: full.residentBytes,
  };
}

/**
 * What each host adds to the memory of a process that has seen 100,000. The reference
 * is a server that keeps a Map of as many keys, and two numbers for each.
 */
export function memory(): Promise<Figure[]> {
  return withWorld(async (world) => {
    const policyIds = await insertFleet(world.db, SIZE, new Date());
    await tellApart(world.db, policyIds);
    const own: Grown[] = [];
    const bare: Grown[] = [];
    for (let run = 0; run < RUNS; run++) {
      bare.push(await grown(await startBare(world, { answer: IDLE_ANSWER, keepsHosts: true })));
      const server = await startProduct(world, ["agents"]);
      await requireIdle(server);
      own.push(await grown(server));
    }
    const median = (all: readonly Grown[], of: (one: Grown) => number) =>
      percentile(all.map(of), 0.5);
    const perHost = (name: string, of: (one: Grown) => number): Figure => ({
      name,
      value: median(own, of),
      unit: "bytes/host",
      reference: median(bare, of),
    });
    const before = median(own, (one) => one.emptyBytes) / 1e6;
    const process = { value: median(own, (one) => one.fullBytes) / 1e6, reference: before };
    return [
      perHost("memory", ({ perHost }) => perHost.residentBytes),
      perHost("memory live", ({ perHost }) => perHost.liveBytes),
      perHost("memory from none", ({ residentPerHost }) => residentPerHost),
      { name: "memory process", ...process, unit: "MB" },
    ];
  });
}

import type { RowDataPacket } from "mysql2/promise";
import type { Database } from "#db/client.ts";
import type { CheckedIn } from "./check-in.ts";

const HOSTS_PER_STEP = 1_000;
const SHOWN = 10;

/** What each host of a fleet last said of each policy and was told that it is kept. Before that all pass. */
export class Said {
  private readonly hosts: number;
  private readonly policyIds: readonly number[];
  /** Host and policy that last failed, as `host/policy`. */
  private readonly fails = new Set<string>();

  constructor(hosts: number, policyIds: readonly number[]) {
    this.hosts = hosts;
    this.policyIds = policyIds;
  }

  get failing(): number {
    return this.fails.size;
  }

  take(
    hostId: number,
    { steps, asked }: CheckedIn,
    passes: (hostId: number, policyId: number) => boolean,
  ): void {
    if (steps.some(({ status }) => status !== 200)) return;
    for (const name of asked) {
      const policyId = Number(/^fleet_policy_query_(\d+)$/.exec(name)?.[1]);
      if (!policyId) continue;
      if (passes(hostId, policyId)) this.fails.delete(`${hostId}/${policyId}`);
      else this.fails.add(`${hostId}/${policyId}`);
    }
  }

  /** Throws unless the rows of the database are just this. */
  async compare(db: Database): Promise<void> {
    const wrong: string[] = [];
    let rows = 0;
    for (let from = 1; from <= this.hosts; from += HOSTS_PER_STEP) {
      const [found] = await db.$client.query<RowDataPacket[]>(
        `SELECT host_id AS hostId, policy_id AS policyId, state FROM policy_membership
         WHERE host_id BETWEEN ? AND ?`,
        [from, from + HOSTS_PER_STEP - 1],
      );
      rows += found.length;
      for (const { hostId, policyId, state } of found) {
        const name = `${hostId}/${policyId}`;
        if (state !== (this.fails.has(name) ? "fail" : "pass")) wrong.push(`${name} ${state}`);
      }
    }
    const all = this.hosts * this.policyIds.length;
    if (wrong.length === 0 && rows === all) return;
    const shown = wrong.slice(0, SHOWN).join(", ");
    throw new Error(`${rows} rows of ${all}, ${wrong.length} not as hosts said: ${shown}`);
  }
}

/** Policies whose kept counts are not what a recount of their rows gives. */
export async function wrongCounts(db: Database): Promise<object[]> {
  const [rows] = await db.$client.query<RowDataPacket[]>(
    `SELECT kept.*, counted.passing AS countedPassing, counted.failing AS countedFailing
     FROM (SELECT policy_id AS policyId, sum(passing_host_count) AS passing,
       sum(failing_host_count) AS failing FROM policy_stats GROUP BY 1) kept
     LEFT JOIN (SELECT policy_id AS policyId, sum(state = 'pass') AS passing,
       sum(state = 'fail') AS failing FROM policy_membership GROUP BY 1) counted
       USING (policyId)
     WHERE NOT (kept.passing <=> counted.passing AND kept.failing <=> counted.failing)`,
  );
  return rows;
}

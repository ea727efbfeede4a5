import { nodeKeyOf } from "./fleet.ts";

export const READ = "/api/osquery/distributed/read";
export const WRITE = "/api/osquery/distributed/write";
export const ENROLL = "/api/osquery/enroll";

/** To a host that has nothing to do. */
export const IDLE_ANSWER = '{"queries":{},"discovery":{}}';

export const readBody = (hostId: number) => JSON.stringify({ node_key: nodeKeyOf(hostId) });

/** A read of any of the hosts 1 to `hosts`. */
export const anyRead = (hosts: number) => () => readBody(1 + Math.floor(Math.random() * hosts));

/** Makes bodies of one host after the other, again from the first after the last. */
export function inOrder(hosts: number, bodyOf: (hostId: number, round: number) => string) {
  let count = 0;
  return () => {
    const round = Math.floor(count / hosts);
    return bodyOf(1 + (count++ % hosts), round);
  };
}

/** What osquery posts when every policy was run and passes, or none does. */
export function writeBodies(policyIds: readonly number[]) {
  const names = policyIds.map((id) => `fleet_policy_query_${id}`);
  const rest = (rows: unknown[]) => {
    const queries = Object.fromEntries(names.map((name) => [name, rows]));
    const statuses = Object.fromEntries(names.map((name) => [name, 0]));
    return JSON.stringify({ queries, statuses, messages: {} }).slice(1);
  };
  const tails = { pass: rest([{ "1": "1" }]), fail: rest([]) };
  return (hostId: number, state: "pass" | "fail") =>
    `{"node_key":"${nodeKeyOf(hostId)}",${tails[state]}`;
}

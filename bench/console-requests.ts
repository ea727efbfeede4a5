import { z } from "zod";
import type { RouteHandler } from "#lib/http/route.ts";
import type { RouteFile } from "#lib/openapi/document.ts";
import { FLEET } from "./console-fleet.ts";

export type Query = Record<string, string>;

/** Something the console can ask for. */
export interface ConsoleRequest {
  path: string;
  handler: RouteHandler;
  params: Query;
  query: Query;
}

const STATES = ["pass", "fail", "error", "stale", "pending", "not_applicable"];
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
const one = (name: string, ...values: string[]): Query[] =>
  values.map((value) => ({ [name]: value }));
/** A policy that a few hosts fail, one that most fail, and a team's own. */
const POLICIES = ["1", "16", `${FLEET.globalPolicies + 1}`];
/** Behind the twelve that come with the product, where a server has made those. */
const LABELS = ["1", "7", "8", "9"];
const ofPolicies = (name: string, values: readonly string[]): Query[] =>
  POLICIES.flatMap((policy_id) => values.map((value) => ({ policy_id, [name]: value })));

/**
 * What every parameter of a list may be. One that is not here stops the benchmark, so a new filter
 * is measured or it is said below why it is not.
 */
const FILTERS: Record<string, Query[]> = {
  query: one("query", "anna", "10.0.1", "Policy 1", "no host is called this"),
  status: one("status", "online", "offline", "new", "missing"),
  team_id: one("team_id", "1", `${FLEET.teams}`, "0"),
  policy_id: one("policy_id", ...POLICIES),
  // A big one by SQL, one that few are members of, one by hand and one by vitals.
  label_id: one("label_id", ...LABELS),
  policy_state: ofPolicies("policy_state", STATES),
  policy_response: ofPolicies("policy_response", ["passing", "failing"]),
  platform: one("platform", "darwin", "linux", "ubuntu"),
  os_name: one("os_name", "macOS"),
  os_version: one("os_version", "macOS 15.1", "24.04"),
  low_disk_space: one("low_disk_space", "100", "1"),
  verdict: one("verdict", "pass", "fail", "unknown"),
  activity_type: one("activity_type", "edited_policy", "deleted_host,edited_team", "none"),
  merge_inherited: one("merge_inherited", "true"),
  days: one("days", "1", "90"),
  as_of: one("as_of", daysAgo(7), daysAgo(1), daysAgo(200)),
  without_counts: one("without_counts", "true"),
  range: one("range", "day", "week", "month", "year"),
  tag: one("tag", "disk", "cis-v8:4.1", "none is called this"),
  framework: one("framework", "cis-v8", "iso-27001"),
  host_id: one("host_id", "7", "99999"),
  state: one("state", "live", "ending", "ended", "all"),
  outcome: one("outcome", "pass", "fail", "error", "waiting"),
  own: one("own", "true"),
  team: one("team", "Team 1"),
};

/** The order and the page are varied with every filter; the rest changes nothing about the search. */
const OTHERS = new Set([
  ...["order_key", "order_direction", "after", "page", "per_page"],
  ...["inherited_page", "inherited_per_page", "inherited_order_key", "inherited_order_direction"],
  ...[
    "populate_policies",
    "populate_users",
    "populate_labels",
    "disable_issues",
    "disable_failing_policies",
  ],
]);

/** The first whose name the path has. */
const PARAMS: Record<string, Query[]> = {
  "revisions/{version}": [{ id: "1", version: "1" }],
  "teams/{team_id}/policies/{id}": [{ team_id: "1", id: "1" }],
  "hosts/{id}": one("id", "7", "99999"),
  "policies/{id}": one("id", ...POLICIES),
  "teams/{team_id}": one("team_id", "1"),
  "{identifier}": one("identifier", "host-7", "anna-1.corp.example"),
  "labels/{label}": one("label", ...LABELS),
  "labels/{id}": one("id", ...LABELS),
  "spec/labels/{name}": one("name", "Label 1", "Label 8"),
  "users/{id}": one("id", "1"),
  "sessions/{id}": one("id", "1"),
  "exemptions/{id}": one("id", "1"),
  "runs/{id}": one("id", "1"),
};

/** Not lists: files of all hosts, streams, My device, what is static, webhooks; and older names of other routes. */
const OTHER_PATHS =
  /evidence|templates|automations|deliveries|hosts\/report|report\.csv|\/events|\/device\/|\/setup|\/version|openapi|\/config|auth|\/(team|global)\//;
const PER_PAGE = 50;

interface JsonSchema {
  properties?: Record<string, JsonSchema>;
  anyOf?: JsonSchema[];
  enum?: string[];
}

const choices = (schema: JsonSchema | undefined): string[] => [
  ...(schema?.enum ?? []),
  ...(schema?.anyOf ?? []).flatMap((part) => choices(part)),
];

function filtersOf(path: string, names: string[]): Query[] {
  const unknown = names.find((name) => !FILTERS[name] && !OTHERS.has(name));
  if (unknown) throw new Error(`bench/console-requests.ts has no values for ${unknown} of ${path}`);
  return names.flatMap((name) => FILTERS[name] ?? []);
}

/** What a path cannot be asked without. */
const always = (path: string): Query => ({
  ...(path.includes("/as-of/") ? { as_of: daysAgo(7) } : {}),
  // As the console asks: it lets policies be counted by themselves.
  ...(COUNTED.test(path) ? { without_counts: "true" } : {}),
});

const COUNTED = /\/as-of\/(policies|posture|tags)$/;

/** A step of the counting that the dashboard and the roll-up of the past do. */
const stepsOf = (path: string): Query[] =>
  path.endsWith("/as-of/policies") ? [{ without_counts: "false", per_page: "1" }] : [];

function paramsOf(path: string): Query[] {
  if (!path.includes("{")) return [{}];
  const found = Object.entries(PARAMS).find(([part]) => path.includes(part));
  if (!found) throw new Error(`bench/console-requests.ts has no values for ${path}`);
  return found[1];
}

/** One filter of each name: the one that leaves most. */
const firstOfEach = (names: string[]): Query[] =>
  names.flatMap((name) => FILTERS[name]?.slice(0, 1) ?? []);

/** Every pair of filters that do not contradict each other. */
const pairs = (filters: Query[]): Query[] =>
  filters.flatMap((a, at) =>
    filters
      .slice(at + 1)
      .filter((b) => Object.keys(b).every((name) => !(name in a) || a[name] === b[name]))
      .map((b) => ({ ...a, ...b })),
  );

/** A route's requests: first pages and, where there is a count, last ones. */
export interface ConsoleRoute {
  path: string;
  handler: RouteHandler;
  params: Query[];
  /** Every value of every filter alone, and the filters in pairs. */
  filters: Query[];
  /** One value of each, to be varied with the orders. */
  ordered: Query[];
  orders: Query[];
  paged: boolean;
}

/** The lists, counts and pages of the REST API, which the console reads everything by. */
export function consoleRoutes(files: readonly RouteFile[]): ConsoleRoute[] {
  return files.flatMap(({ path, handlers }) => {
    const handler = handlers.GET;
    if (!handler?.spec || handler.spec.access === "public" || OTHER_PATHS.test(path)) return [];
    const { query } = handler.spec;
    const schema = query
      ? (z.toJSONSchema(query, { io: "input", unrepresentable: "any" }) as JsonSchema)
      : {};
    const names = Object.keys(schema.properties ?? {});
    const alone = filtersOf(path, names);
    const first = firstOfEach(names);
    const orders = choices(schema.properties?.order_key).flatMap((order_key) =>
      ["asc", "desc"].map((order_direction) => ({ order_key, order_direction })),
    );
    const paged = names.includes("per_page");
    const params = paramsOf(path);
    const filters = [...alone, ...pairs(first), ...stepsOf(path)];
    return [{ path, handler, params, filters, ordered: first, orders, paged }];
  });
}

/** The console's order where the route has it, for what is not about order. */
function usualOrder({ orders }: ConsoleRoute): Query {
  const named = (name: string) => orders.find((order) => order.order_key === name);
  return named("display_name") ?? named("name") ?? orders.at(-1) ?? {};
}

/** `countOf` tells how many rows a filter leaves, to ask for the last page. */
export async function* requestsOf(
  route: ConsoleRoute,
  countOf: (params: Query, filter: Query) => Promise<number>,
): AsyncGenerator<ConsoleRequest> {
  const { path, handler, paged } = route;
  const orders = route.orders.length > 0 ? route.orders : [{}];
  const upwards = route.orders.filter((order) => order.order_direction === "asc");
  for (const params of route.params) {
    const searches = [
      { filter: {}, orders },
      ...route.filters.map((filter) => ({ filter, orders: [usualOrder(route)] })),
      ...route.ordered.map((filter) => ({ filter, orders: upwards })),
    ];
    for (const { filter, orders } of searches) {
      const pages = paged ? [0, lastPage(await countOf(params, filter))] : [undefined];
      for (const order of orders) {
        for (const page of new Set(pages)) {
          const paging: Query =
            page === undefined ? {} : { page: `${page}`, per_page: `${PER_PAGE}` };
          yield {
            path,
            handler,
            params,
            query: { ...always(path), ...paging, ...filter, ...order },
          };
        }
      }
    }
  }
}

const lastPage = (rows: number) => Math.max(0, Math.ceil(rows / PER_PAGE) - 1);

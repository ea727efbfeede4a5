import { z } from "zod";
import {
  listOptions,
  orNothing,
  queryBoolean,
  queryNumber,
  requireOrderKey,
} from "#lib/http/list-options.ts";
import { STATES } from "#lib/membership/status.ts";
import { STATUS_FILTERS } from "./status.ts";

const IDS_MAX = 10_000;
const TEXT_CHARACTERS_MAX = 255;
const DISK_GIGABYTES_MAX = 100;
const VERDICTS = ["pass", "fail", "unknown"] as const;

/** One of a list, "" for none, and Fleet's words when it is something else. */
function choice<const T extends string>(values: readonly T[], problem: (given: string) => string) {
  const known: readonly string[] = values;
  return z
    .string()
    .nullish()
    .transform((given, context): T | undefined => {
      if (!given) return undefined;
      if (known.includes(given)) return given as T;
      context.addIssue({ code: "custom", message: problem(given) });
      return z.NEVER;
    });
}

const oneOf = (values: readonly string[]) => (given: string) =>
  `"${given}" is not one of ${values.join(", ")}`;

const text = z.string().max(TEXT_CHARACTERS_MAX).nullish();

/** What filters a list, with `number` as the place (URL or JSON) writes numbers. */
const filters = <N extends z.ZodType<number | null | undefined>>(number: (name: string) => N) => ({
  query: z
    .string()
    .max(TEXT_CHARACTERS_MAX)
    .nullish()
    .transform((given) => given?.trim() ?? ""),
  status: choice(STATUS_FILTERS, (given) => `Invalid status: ${given}`),
  /** 0: hosts in no team. */
  team_id: number("team_id"),
  policy_id: number("policy_id"),
  /** Members of it. */
  label_id: number("label_id"),
  policy_response: choice(
    ["passing", "failing"],
    (given) => `Invalid policy_response: ${given} (Valid options are 'passing' or 'failing')`,
  ),
  /** Muster's: any of the six states. */
  policy_state: choice(STATES, oneOf(STATES)),
  /** darwin, windows, linux, chrome, or a platform as osquery names it (ubuntu). */
  platform: text,
  os_name: text,
  os_version: text,
  osquery_version: text,
  low_disk_space: number("low_disk_space"),
  verdict: choice(VERDICTS, oneOf(VERDICTS)),
});

interface Combined {
  policy_id?: number | null;
  policy_response?: string;
  policy_state?: string;
  low_disk_space?: number | null;
}

/** Rules between filters, in Fleet's words. */
export function checkTogether(given: Combined, context: z.RefinementCtx): void {
  const problem = (message: string) => context.addIssue({ code: "custom", message });
  for (const name of ["policy_response", "policy_state"] as const) {
    if (given[name] && !given.policy_id) {
      problem(`Missing policy_id (it must be present when ${name} is specified)`);
    }
  }
  const disk = given.low_disk_space;
  if (typeof disk === "number" && (disk < 1 || disk > DISK_GIGABYTES_MAX)) {
    problem(`invalid low_disk_space threshold, must be between 1 and ${DISK_GIGABYTES_MAX}`);
  }
}

/** The filters of a URL; checkTogether has the rules between them. */
export const queryFilters = filters((name) =>
  orNothing(queryNumber(name), () => `non-int ${name} value`),
);

export const HOST_ORDER_KEYS = [
  "display_name",
  "id",
  "hostname",
  "computer_name",
  "uuid",
  "platform",
  "os_version",
  "osquery_version",
  "hardware_model",
  "hardware_vendor",
  "hardware_serial",
  "cpu_type",
  "memory",
  "primary_ip",
  "primary_mac",
  "public_ip",
  "gigs_disk_space_available",
  "gigs_total_disk_space",
  "percent_disk_space_available",
  "last_restarted_at",
  "team_id",
  "team_name",
  "status",
  "seen_time",
  "detail_updated_at",
  "policy_updated_at",
  "created_at",
  "updated_at",
  "last_enrolled_at",
  "issues",
  "failing_policies_count",
  "failing_critical_policies_count",
  "verdict",
] as const;

export type HostOrderKey = (typeof HOST_ORDER_KEYS)[number];

const { query: _query, ...paging } = listOptions(HOST_ORDER_KEYS);

const listHostsShape = z.object({
  ...queryFilters,
  ...paging,
  /** Starts behind this value of the order column. */
  after: z
    .string()
    .max(TEXT_CHARACTERS_MAX)
    .transform((given) => given || undefined)
    .optional(),
  populate_policies: queryBoolean,
  populate_users: queryBoolean,
  populate_labels: queryBoolean,
  disable_issues: queryBoolean,
  disable_failing_policies: queryBoolean,
});

export const listHostsQuery = listHostsShape
  .superRefine(checkTogether)
  .superRefine(requireOrderKey);
export type HostListOptions = z.output<typeof listHostsQuery>;

export const countHostsQuery = z.object(queryFilters).superRefine(checkTogether);
/** What narrows a list of hosts, however it was asked for: a URL leaves out, JSON may say null. */
export type HostFilters = {
  [K in keyof z.output<typeof countHostsQuery>]?: z.output<typeof countHostsQuery>[K] | null;
};

export const reportHostsQuery = listHostsShape
  .extend({ format: z.string().default(""), columns: z.string().default("") })
  .superRefine(checkTogether)
  .superRefine(requireOrderKey);
export type HostReportOptions = z.output<typeof reportHostsQuery>;

export const hostSummaryQuery = z.object({
  team_id: queryFilters.team_id,
  platform: queryFilters.platform,
  low_disk_space: queryFilters.low_disk_space,
});
export type HostSummaryOptions = z.output<typeof hostSummaryQuery>;

const jsonNumber = () => z.int().nonnegative().nullish();

/**
 * The filters of deleting and moving. Strict: a filter that is not understood would take more hosts
 * than were meant.
 */
const bulkFilters = z.strictObject({ ...filters(jsonNumber) }).superRefine(checkTogether);

const ids = z.array(z.int().positive()).max(IDS_MAX, `at most ${IDS_MAX} ids at a time`);

export const deleteHostsBody = z
  .object({ ids: ids.nullish(), filters: bulkFilters.nullish() })
  .superRefine((body, context) => {
    const some = Boolean(body.ids?.length);
    const problem =
      some && body.filters
        ? "Cannot specify a list of ids and filters at the same time"
        : some || body.filters
          ? undefined
          : "list of ids or filters must be specified";
    if (problem) context.addIssue({ code: "custom", message: problem });
  });

/** null: in no team. Absent is refused: forgetting it must not take hosts out of their team. */
const destination = z.int().nonnegative().nullable();

export const transferHostsBody = z.object({ team_id: destination, hosts: ids });
export const transferFilteredBody = z.object({ team_id: destination, filters: bulkFilters });

export const searchHostsBody = z.object({
  query: z.string().max(TEXT_CHARACTERS_MAX).default(""),
  excluded_host_ids: ids.nullish(),
});

export const hostParams = z.object({ id: queryNumber("host id").pipe(z.number()) });
const LABELS_MAX = 100;

export const hostLabelsBody = z.object({
  labels: z
    .array(z.string().min(1).max(255), "labels must be a list of names of labels")
    .max(LABELS_MAX, `at most ${LABELS_MAX} labels at a time`),
});

export const identifierParams = z.object({ identifier: z.string().min(1).max(255) });

import { setTimeout as wait } from "node:timers/promises";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { z } from "zod";
import { formatNumber, plural } from "#lib/format.ts";
import type { HostDetailJson, hostCountReply, hostListReply, hostReply } from "#lib/hosts/json.ts";
import { STATUS_FILTERS } from "#lib/hosts/status.ts";
import { STATES } from "#lib/membership/status.ts";
import type { policyListReply, teamPolicyListReply } from "#lib/policies/schema.ts";
import { CommandError, EXIT } from "../exit-codes.ts";
import { findHost } from "../find-host.ts";
import { hostPage, hostTable } from "../host-report.ts";
import type { Query } from "../http.ts";
import { type Api, type Invocation, type Run, runOf, show } from "../invocation.ts";
import { teamIdOf } from "../teams.ts";

interface ListOptions {
  query?: string;
  status?: string;
  team?: string;
  platform?: string;
  policy?: string;
  state?: string;
  verdict?: string;
  limit: number;
  page: number;
}

const LIMIT_DEFAULT = 100;
const LIMIT_MAX = 10_000;
const REFETCH_POLL_MS = 1_000;
/** A host checks in every 10 s by default; details and policies take it a second or two. */
const REFETCH_WAIT_SECONDS = 60;
const REFETCH_WAIT_SECONDS_MAX = 86_400;

function wholeNumber(least: number, most: number) {
  return (text: string): number => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  };
}

/** A policy by id or name: of all teams, and of the team that is listed. */
async function policyIdOf(api: Api, policy: string, teamId: number | undefined): Promise<number> {
  if (/^\d{1,10}$/.test(policy)) return Number(policy);
  const query = { query: policy, per_page: 1_000 };
  const global = await api.get<z.output<typeof policyListReply>>("/fleet/policies", query);
  const team =
    teamId === undefined
      ? undefined
      : await api.get<z.output<typeof teamPolicyListReply>>(
          `/fleet/teams/${teamId}/policies`,
          query,
        );
  const all = [...(team?.policies ?? []), ...global.policies];
  const found = all.find(({ name }) => name === policy);
  if (found) return found.id;
  const hint = "muster policies list shows them; for a team's own policy give --team too.";
  throw new CommandError(EXIT.notFound, `There is no policy "${policy}".`, hint);
}

async function filtersOf(api: Api, options: ListOptions): Promise<Query> {
  const { query, status, platform, verdict, state, policy, team } = options;
  if (state && !policy) {
    throw new CommandError(EXIT.usage, "--state is the state of a policy: give --policy too.");
  }
  const teamId = team === undefined ? undefined : await teamIdOf(api, team);
  return {
    query,
    status,
    platform,
    verdict,
    team_id: teamId,
    policy_id: policy === undefined ? undefined : await policyIdOf(api, policy, teamId),
    policy_state: state,
  };
}

async function list(run: Run, options: ListOptions): Promise<void> {
  const api = await run.api();
  const filters = await filtersOf(api, options);
  const { limit, page } = options;
  const paging = { order_key: "display_name", per_page: limit, page: page - 1 };
  const answer = await api.get<z.output<typeof hostListReply>>("/fleet/hosts", {
    ...filters,
    ...paging,
  });
  show(run, answer, ({ hosts }) =>
    hosts.length > 0 ? hostTable(run.terminal, hosts) : "No hosts match.",
  );
  const isAll = page === 1 && answer.hosts.length < limit;
  if (run.json || isAll) return;
  const { count } = await api.get<z.output<typeof hostCountReply>>("/fleet/hosts/count", filters);
  if (count > answer.hosts.length) {
    const shown = `${formatNumber(answer.hosts.length)} of ${plural(count, "host")}`;
    run.terminal.err(`\n${shown}; --page ${page + 1} or --limit shows more.`);
  }
}

async function get(run: Run, name: string): Promise<void> {
  const host = await findHost(await run.api(), name);
  show(run, { host }, () => hostPage(run.terminal, host));
}

async function untilRefetched(
  { terminal }: Run,
  api: Api,
  asked: HostDetailJson,
  seconds: number,
): Promise<HostDetailJson> {
  const deadlineMs = Date.now() + seconds * 1000;
  if (asked.status === "offline")
    terminal.err("The host is offline: it will answer when it is back.");
  for (;;) {
    await wait(REFETCH_POLL_MS);
    const { host } = await api.get<z.output<typeof hostReply>>(`/fleet/hosts/${asked.id}`);
    if (!host.refetch_requested) return host;
    if (Date.now() < deadlineMs) continue;
    const hint = "The refetch stays in force: the host answers at its next check-in.";
    throw new CommandError(EXIT.failed, `No answer within ${seconds} seconds.`, hint);
  }
}

async function refetch(
  run: Run,
  name: string,
  options: { wait?: boolean; timeout: number },
): Promise<void> {
  const api = await run.api();
  const host = await findHost(api, name);
  await api.send("POST", `/fleet/hosts/${host.id}/refetch`);
  if (!options.wait) {
    const when = host.status === "online" ? "at its next check-in" : "when it is online again";
    show(run, { host_id: host.id }, () => `${host.display_name} answers everything ${when}.`);
    return;
  }
  const fresh = await untilRefetched(run, api, host, options.timeout);
  show(run, { host: fresh }, () => hostPage(run.terminal, fresh));
}

async function transfer(
  run: Run,
  names: string[],
  options: { team?: string; noTeam?: boolean },
): Promise<void> {
  if ((options.team === undefined) === !options.noTeam) {
    throw new CommandError(EXIT.usage, "Where to? Give either --team NAME or --no-team.");
  }
  const api = await run.api();
  const teamId = options.team === undefined ? 0 : await teamIdOf(api, options.team);
  const hosts = [];
  for (const name of names) hosts.push((await findHost(api, name)).id);
  const body = { team_id: teamId || null, hosts };
  await api.send("POST", "/fleet/hosts/transfer", body);
  const where = teamId ? `team "${options.team}"` : "no team";
  show(run, body, () => `Now in ${where}: ${plural(hosts.length, "host")}.`);
}

function addListCommand(hosts: Command, invocation: Invocation): void {
  hosts
    .command("list")
    .description("hosts that match all of the filters")
    .option("--query <text>", "part of a name, serial number, UUID or address")
    .addOption(new Option("--status <status>", "contact").choices([...STATUS_FILTERS]))
    .option("--team <name>", `hosts of a team; "No team" for those in none`)
    .option("--platform <name>", "darwin, windows, linux, chrome, or as osquery says: ubuntu")
    .option("--policy <name>", "by their answer to a policy; without --state: no good answer")
    .addOption(new Option("--state <state>", "how they stand on that policy").choices([...STATES]))
    .addOption(
      new Option("--verdict <verdict>", "whether they may pass").choices([
        "pass",
        "fail",
        "unknown",
      ]),
    )
    .option("--limit <n>", "most hosts to show", wholeNumber(1, LIMIT_MAX), LIMIT_DEFAULT)
    .option("--page <n>", "which of the pages of that size", wholeNumber(1, 1_000_000), 1)
    .action((options: ListOptions, command: Command) => list(runOf(invocation, command), options));
}

export function addHostCommands(program: Command, invocation: Invocation): void {
  const hosts = program.command("hosts").description("machines that run osquery");
  addListCommand(hosts, invocation);
  hosts
    .command("get <host>")
    .description("one host with its policies")
    .addHelpText("after", HOST_HELP)
    .action((name: string, _options, command: Command) => get(runOf(invocation, command), name));
  hosts
    .command("refetch <host>")
    .description("have a host answer all details and policies at its next check-in")
    .option("--wait", "until it has, then show it")
    .option(
      "--timeout <seconds>",
      "with --wait: how long",
      wholeNumber(1, REFETCH_WAIT_SECONDS_MAX),
      REFETCH_WAIT_SECONDS,
    )
    .addHelpText("after", HOST_HELP)
    .action((name: string, options: { wait?: boolean; timeout: number }, command: Command) =>
      refetch(runOf(invocation, command), name, options),
    );
  hosts
    .command("transfer <host...>")
    .description("move hosts to a team, or out of theirs")
    .option("--team <name>", "where to")
    .addOption(new Option("--no-team", "to no team").default(undefined))
    .addHelpText("after", HOST_HELP)
    .action((names: string[], _options, command: Command) => {
      const { team } = command.opts<{ team?: string | false }>();
      const options = team === false ? { noTeam: true } : { team };
      return transfer(runOf(invocation, command), names, options);
    });
}

const HOST_HELP =
  "\nA host goes by its host name, UUID, serial number, id, or the name that lists show.";

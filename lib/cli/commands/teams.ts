import type { Command } from "commander";
import type { z } from "zod";
import { formatNumber } from "#lib/format.ts";
import type { TeamJson, teamReply } from "#lib/teams/schema.ts";
import { CommandError, EXIT } from "../exit-codes.ts";
import { type Invocation, type Run, runOf, show } from "../invocation.ts";
import { type Column, table } from "../table.ts";
import { listTeams, teamIdOf } from "../teams.ts";

const COLUMNS: readonly Column<TeamJson>[] = [
  { title: "ID", value: ({ id }) => String(id), right: true },
  { title: "Team", value: ({ name }) => name, min: 16 },
  { title: "Hosts", value: ({ host_count }) => formatNumber(host_count), right: true },
  { title: "Users", value: ({ user_count }) => formatNumber(user_count), right: true },
  { title: "Description", value: ({ description }) => description, min: 12 },
];

async function list(run: Run): Promise<void> {
  const teams = await listTeams(await run.api());
  show(run, { teams }, () =>
    teams.length > 0
      ? table(run.terminal, COLUMNS, teams)
      : "There are no teams. muster teams create NAME makes one.",
  );
}

async function create(run: Run, name: string, options: { description?: string }): Promise<void> {
  const api = await run.api();
  const body = { name, description: options.description };
  const answer = await api.send<z.output<typeof teamReply>>("POST", "/fleet/teams", body);
  show(run, answer, ({ team }) =>
    [
      `Team "${team.name}" has been made.`,
      `muster secrets list --team "${team.name}" shows the secret its hosts enroll with.`,
    ].join("\n"),
  );
}

async function confirm(run: Run, name: string): Promise<void> {
  const { terminal } = run;
  if (!terminal.interactive) {
    throw new CommandError(EXIT.usage, "There is nobody here to confirm it.", "Pass --yes.");
  }
  const question = `Delete team "${name}" with its policies and secrets? Its hosts stay, in no team. Type yes: `;
  if ((await terminal.ask(question)).trim().toLowerCase() === "yes") return;
  throw new CommandError(EXIT.failed, "Nothing was deleted.");
}

async function remove(run: Run, name: string, options: { yes?: boolean }): Promise<void> {
  const api = await run.api();
  const id = await teamIdOf(api, name);
  if (id === 0) {
    throw new CommandError(EXIT.usage, `"${name}" is not a team but the lack of one.`);
  }
  if (!options.yes) await confirm(run, name);
  await api.send("DELETE", `/fleet/teams/${id}`);
  show(run, { id, name }, () => `Team "${name}" has been deleted.`);
}

export function addTeamCommands(program: Command, invocation: Invocation): void {
  const teams = program.command("teams").description("groups of hosts with policies of their own");
  teams
    .command("list")
    .description("teams with their hosts and users")
    .action((_options, command: Command) => list(runOf(invocation, command)));
  teams
    .command("create <name>")
    .description("make a team, with an enroll secret")
    .option("--description <text>", "what it is for")
    .action((name: string, options: { description?: string }, command: Command) =>
      create(runOf(invocation, command), name, options),
    );
  teams
    .command("delete <name>")
    .description("delete a team with its policies and secrets; its hosts stay, in no team")
    .option("--yes", "do not ask")
    .action((name: string, options: { yes?: boolean }, command: Command) =>
      remove(runOf(invocation, command), name, options),
    );
}

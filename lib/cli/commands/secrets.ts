import type { Command } from "commander";
import type { z } from "zod";
import type { SecretJson, secretSpecReply, secretsReply } from "#lib/enroll-secrets/schema.ts";
import { formatRelative } from "#lib/format.ts";
import type { Api } from "../invocation.ts";
import { type Invocation, type Run, runOf, show } from "../invocation.ts";
import { type Column, table } from "../table.ts";
import { teamIdOf } from "../teams.ts";

const COLUMNS: readonly Column<SecretJson>[] = [
  { title: "Secret", value: ({ secret }) => secret },
  { title: "Made", value: ({ created_at }) => formatRelative(created_at) },
  {
    title: "Valid until",
    value: ({ expires_at }) => (expires_at ? formatRelative(expires_at) : "replaced"),
  },
];

/** A team's enroll secrets; without a team those that enroll into none. */
export async function readSecrets(api: Api, team?: string): Promise<SecretJson[]> {
  const teamId = team === undefined ? 0 : await teamIdOf(api, team);
  if (teamId !== 0) {
    const path = `/fleet/teams/${teamId}/secrets`;
    return (await api.get<z.output<typeof secretsReply>>(path)).secrets;
  }
  const { spec } = await api.get<z.output<typeof secretSpecReply>>("/fleet/spec/enroll_secret");
  return spec.secrets;
}

async function list(run: Run, options: { team?: string }): Promise<void> {
  const secrets = await readSecrets(await run.api(), options.team);
  show(run, { secrets }, () =>
    secrets.length > 0 ? table(run.terminal, COLUMNS, secrets) : "There are no enroll secrets.",
  );
}

export function addSecretCommands(program: Command, invocation: Invocation): void {
  program
    .command("secrets")
    .description("what hosts enroll with")
    .command("list")
    .description("the enroll secrets of hosts in no team, or of a team")
    .option("--team <name>", "the team they enroll into")
    .action((options: { team?: string }, command: Command) =>
      list(runOf(invocation, command), options),
    );
}

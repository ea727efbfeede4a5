import { type Command, Option } from "commander";
import type { z } from "zod";
import { ROLES } from "#lib/auth/roles.ts";
import type { createUserReply, UserJson, userListReply } from "#lib/users/schema.ts";
import { CommandError, EXIT } from "../exit-codes.ts";
import { type Api, type Invocation, runOf, show } from "../invocation.ts";
import { readPassword } from "../password.ts";
import { type Column, table } from "../table.ts";
import { teamIdOf } from "../teams.ts";

interface CreateOptions {
  name: string;
  email: string;
  role?: string;
  teamRole?: string[];
  apiOnly?: boolean;
  passwordStdin?: boolean;
  mustChangePassword?: boolean;
}

const rolesOf = ({ global_role, teams }: UserJson): string =>
  global_role ?? teams.map((team) => `${team.role} of ${team.name}`).join(", ");

const COLUMNS: readonly Column<UserJson>[] = [
  { title: "ID", value: ({ id }) => String(id), right: true },
  { title: "Name", value: ({ name }) => name, min: 12 },
  { title: "E-mail", value: ({ email }) => email, min: 16 },
  { title: "Role", value: rolesOf, min: 12 },
  { title: "Kind", value: ({ api_only }) => (api_only ? "API only" : "person") },
];

async function list(invocation: Invocation, command: Command): Promise<void> {
  const run = runOf(invocation, command);
  const { team } = command.opts<{ team?: string }>();
  const api = await run.api();
  const teamId = team === undefined ? undefined : await teamIdOf(api, team);
  const query = { team_id: teamId, order_key: "name", per_page: 10_000 };
  const answer = await api.get<z.output<typeof userListReply>>("/fleet/users", query);
  show(run, answer, ({ users }) => table(run.terminal, COLUMNS, users));
}

async function teamRoles(api: Api, given: readonly string[]) {
  const teams = [];
  for (const text of given) {
    const at = text.lastIndexOf("=");
    if (at < 1) {
      const hint = `Write TEAM=ROLE, such as --team-role "Workstations=observer".`;
      throw new CommandError(EXIT.usage, `--team-role: cannot read "${text}".`, hint);
    }
    teams.push({ id: await teamIdOf(api, text.slice(0, at)), role: text.slice(at + 1) });
  }
  return teams;
}

async function create(invocation: Invocation, command: Command): Promise<void> {
  const run = runOf(invocation, command);
  const options = command.opts<CreateOptions>();
  const { role, teamRole = [], apiOnly = false } = options;
  if (Boolean(role) === teamRole.length > 0) {
    throw new CommandError(EXIT.usage, "Give either --role, or --team-role once or more.");
  }
  const api = await run.api();
  const teams = await teamRoles(api, teamRole);
  const password = apiOnly
    ? undefined
    : await readPassword(invocation, {
        stdin: options.passwordStdin,
        variable: "MUSTER_NEW_PASSWORD",
        question: `Password of ${options.email}: `,
        twice: true,
      });
  const answer = await api.send<z.output<typeof createUserReply>>("POST", "/fleet/users/admin", {
    name: options.name,
    email: options.email,
    password,
    global_role: role ?? null,
    teams,
    api_only: apiOnly,
    admin_forced_password_reset: !apiOnly && options.mustChangePassword === true,
  });
  show(run, answer, ({ user, token }) =>
    [
      `${user.name} (${user.email}) has been made: ${rolesOf(user)}.`,
      ...(token ? ["", "The API token, shown this once:", token] : []),
    ].join("\n"),
  );
}

const collect = (value: string, before: string[] = []) => [...before, value];

export function addUserCommands(program: Command, invocation: Invocation): void {
  const users = program.command("users").description("people and programs that may sign in");
  users
    .command("list")
    .description("users and their roles")
    .option("--team <name>", "only those of a team")
    .action((_options, command: Command) => list(invocation, command));
  users
    .command("create")
    .description("make a user; of an API-only one the token is printed")
    .requiredOption("--name <name>", "what people see")
    .requiredOption("--email <address>", "what the user signs in by")
    .addOption(new Option("--role <role>", "a role everywhere").choices([...ROLES]))
    .option("--team-role <team=role>", "a role in one team; repeatable", collect)
    .option("--api-only", "a program: no password, a token that does not expire")
    .option("--password-stdin", "read the password from the standard input")
    .option("--must-change-password", "the user chooses a new one at the first sign-in")
    .addHelpText(
      "after",
      "\nThe password is asked for, or taken from MUSTER_NEW_PASSWORD.\nAn API-only user of a gateway needs no more than --role observer.",
    )
    .action((_options, command: Command) => create(invocation, command));
}

import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import { plural } from "#lib/format.ts";
import type { GitopsExport, GitopsReply, Other } from "#lib/gitops/schema.ts";
import { CommandError, EXIT } from "../exit-codes.ts";
import { readGitops } from "../gitops-body.ts";
import { type Collected, placeOf } from "../gitops-document.ts";
import { differs, gitopsReport } from "../gitops-report.ts";
import { type GitopsFile, gitopsFiles } from "../gitops-yaml.ts";
import { type Api, type Invocation, type Run, runOf, show } from "../invocation.ts";
import { printable } from "../terminal.ts";

const PATH = "/muster/gitops";

interface ApplyOptions {
  file: string[];
  dryRun?: boolean;
  exitCode?: boolean;
  deleteOtherPolicies?: boolean;
  deleteOtherLabels?: boolean;
  deleteOtherTeams?: boolean;
  deleteOtherExemptions?: boolean;
  keepOtherPolicies?: boolean;
  allowUnknownKeys?: boolean;
  allowSqlErrors?: boolean;
  reason?: string;
}

function othersOf(options: ApplyOptions): Other[] {
  if (options.deleteOtherPolicies && options.keepOtherPolicies) {
    const message = "--delete-other-policies and --keep-other-policies contradict each other.";
    throw new CommandError(EXIT.usage, message);
  }
  const chosen: [Other, boolean | undefined][] = [
    ["policies", options.deleteOtherPolicies],
    ["labels", options.deleteOtherLabels],
    ["teams", options.deleteOtherTeams],
    ["exemptions", options.deleteOtherExemptions],
  ];
  return chosen.flatMap(([other, isChosen]) => (isChosen ? [other] : []));
}

/** What the server refused, at the places of the files. */
function withPlaces(error: unknown, { places }: Collected): unknown {
  if (!(error instanceof CommandError)) return error;
  const lines = Object.entries(error.fields).map(
    ([name, reason]) => `${placeOf(places, name) ?? name}: ${reason}`,
  );
  if (lines.length === 0) return error;
  return new CommandError(error.exitCode, lines.join("\n"), "Nothing was written.", error);
}

async function send(api: Api, collected: Collected, options: ApplyOptions): Promise<GitopsReply> {
  const body = {
    ...collected.body,
    delete_other: othersOf(options),
    allow_sql_errors: options.allowSqlErrors === true,
    dry_run: options.dryRun === true,
    reason: options.reason ?? "",
  };
  return api.sendHeavy<GitopsReply>(PATH, body).catch((error: unknown) => {
    throw withPlaces(error, collected);
  });
}

async function applyGitops(run: Run, options: ApplyOptions): Promise<void> {
  const { variables, terminal } = run;
  const { allowUnknownKeys } = options;
  const collected = await readGitops(options.file, { variables, allowUnknownKeys });
  for (const warning of collected.warnings) terminal.err(printable(`Warning: ${warning}`));
  const reply = await send(await run.api(), collected, options);
  const at = (place: string) => placeOf(collected.places, place) ?? place;
  for (const { place, message } of reply.warnings) {
    terminal.err(printable(`Warning: ${at(place)}: ${message}`));
  }
  const changes = reply.changes.map((change) => ({
    ...change,
    at: change.place === null ? null : at(change.place),
  }));
  show(run, { ...reply, changes }, () => gitopsReport(terminal, reply));
  if (options.exitCode && options.dryRun && differs(reply)) run.exitWith(EXIT.differs);
}

export const exportContent = (run: Run, team?: string): Promise<GitopsExport> =>
  run.api().then((api) => api.get<GitopsExport>(PATH, teamQuery(team)));

/** "" is a team's name here (that of all), and http.ts leaves empty parameters out. */
const teamQuery = (team: string | undefined) => (team === undefined ? {} : { team: team || " " });

/** Files of before that this export would not write: of teams that are gone, perhaps. */
async function strangersIn(folder: string, files: readonly GitopsFile[]): Promise<string[]> {
  const names = await readdir(join(folder, "teams")).catch(() => []);
  return names
    .filter((name) => name.endsWith(".yml"))
    .map((name) => `teams/${name}`)
    .filter((path) => !files.some((file) => file.path === path));
}

export async function writeFolder(run: Run, folder: string, files: readonly GitopsFile[]) {
  for (const { path, text } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  for (const path of await strangersIn(folder, files)) {
    run.terminal.err(`Warning: ${join(folder, path)} was left alone: it is not of this export.`);
  }
  const paths = files.map(({ path }) => path);
  show(run, { files: paths }, () => `${plural(files.length, "file")} written to ${folder}.`);
}

const collect = (value: string, before: string[] = []) => [...before, value];

export function addGitopsCommands(program: Command, invocation: Invocation): void {
  const gitops = program
    .command("gitops")
    .description("make everything what files in Fleet's layout say, all or nothing")
    .option(
      "-f, --file <path>",
      "a file, or a folder with default.yml and teams/; repeatable",
      collect,
    )
    .option("--dry-run", "show what would change and for how many hosts, and change nothing")
    .option("--exit-code", "with --dry-run: end with 5 when something would change")
    .option("--keep-other-policies", "keep policies that no file names (the default), and say so")
    .option("--delete-other-policies", "delete policies of these files' teams that no file names")
    .option("--delete-other-labels", "delete labels that default.yml does not name")
    .option("--delete-other-teams", "delete teams that have no file")
    .option("--delete-other-exemptions", "end exemptions that no file names")
    .option("--allow-unknown-keys", "leave out keys that nobody knows, with a warning")
    .option("--allow-sql-errors", "take new SQL that osquery could not run, with a warning")
    .option("--reason <text>", "why, kept with every revision that this makes")
    .addHelpText("after", GITOPS_HELP)
    .action(async (options: ApplyOptions, command: Command) => {
      if (options.file) return applyGitops(runOf(invocation, command), options);
      throw new CommandError(EXIT.usage, "Name a file or folder: muster gitops -f FOLDER");
    });
  gitops
    .command("export")
    .description("write settings, teams, labels, policies and exemptions as files")
    .requiredOption("-o, --output <folder>", "where to; made if it is not there")
    .action(async ({ output }: { output: string }, command: Command) => {
      const run = runOf(invocation, command);
      await writeFolder(run, output, gitopsFiles(await exportContent(run)));
    });
}

const GITOPS_HELP = `
A folder:
  default.yml          org_settings, agent_options, labels, policies, exemptions of all teams
  teams/NAME.yml       name, team_settings, agent_options, policies, exemptions of a team
  teams/no-team.yml    policies, exemptions of the hosts in no team

$NAME in a value is that environment variable. docs/gitops.md has all of it.`;

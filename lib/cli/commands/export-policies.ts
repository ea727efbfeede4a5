import { stat, writeFile } from "node:fs/promises";
import { extname } from "node:path";
import type { Command } from "commander";
import { CommandError, EXIT } from "../exit-codes.ts";
import { gitopsFiles } from "../gitops-yaml.ts";
import { type Invocation, runOf, show } from "../invocation.ts";
import { exportContent, writeFolder } from "./gitops.ts";

interface ExportOptions {
  team?: string;
  output?: string;
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found ? found.isDirectory() : extname(path) === "";
}

async function exportPolicies(
  invocation: Invocation,
  command: Command,
  { team, output }: ExportOptions,
): Promise<void> {
  const run = runOf(invocation, command);
  if (output !== undefined && (await isFolder(output))) {
    return writeFolder(run, output, gitopsFiles(await exportContent(run, team), team));
  }
  const content = await exportContent(run, team ?? "");
  if (run.json) return show(run, content, () => "");
  const [file] = gitopsFiles(content, team ?? "");
  if (!file) throw new CommandError(EXIT.notFound, `There is no team "${team}".`);
  if (output === undefined) run.terminal.out(file.text.trimEnd());
  else {
    await writeFile(output, file.text);
    run.terminal.err(`Written to ${output}.`);
  }
}

export function addExportCommand(policies: Command, invocation: Invocation): void {
  policies
    .command("export")
    .description("policies as YAML that muster gitops takes; everything, when it goes to a folder")
    .option("--team <name>", "a team's; without it, in one file, those of all teams")
    .option("-o, --output <path>", "a file, or a folder for a file for each team; else the screen")
    .action((options: ExportOptions, command: Command) =>
      exportPolicies(invocation, command, options),
    );
}

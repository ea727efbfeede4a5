import { extname } from "node:path";
import { type Command, Option } from "commander";
import {
  IMPORT_FORMATS,
  type ImportFormat,
  type ImportItem,
  type ImportReply,
} from "#lib/gitops/import-schema.ts";
import { readText } from "../gitops-files.ts";
import { type Invocation, runOf, show } from "../invocation.ts";
import { teamIdOf } from "../teams.ts";
import { type Colour, paint, printable, type Terminal } from "../terminal.ts";

interface ImportOptions {
  file: string;
  format?: ImportFormat;
  team?: string;
  rowsMeanFail?: boolean;
  dryRun?: boolean;
}

const SIGNS: Record<ImportItem["outcome"], [sign: string, colour: Colour]> = {
  taken: ["+", "green"],
  changed: ["~", "yellow"],
  not_taken: ["-", "red"],
};

function describeItem(terminal: Terminal, item: ImportItem): string[] {
  const { kind, name, team, outcome, notes, warnings } = item;
  const [sign, colour] = SIGNS[outcome];
  const where = team === null ? "" : team ? ` (team ${team})` : " (all teams)";
  return [
    paint(terminal, colour, printable(`${sign} ${kind} ${name}${where}`)),
    ...notes.map((note) => `    ${printable(note)}`),
    ...warnings.map((warning) => `    Warning: ${printable(warning)}`),
  ];
}

function importReport(terminal: Terminal, { items, dry_run }: ImportReply): string {
  const count = (outcome: ImportItem["outcome"]) =>
    items.filter((item) => item.outcome === outcome).length;
  const total = `${count("taken")} taken as they are, ${count("changed")} changed, ${count("not_taken")} not taken.`;
  return [
    ...items.flatMap((item) => describeItem(terminal, item)),
    dry_run ? `${total} Nothing was written.` : total,
  ].join("\n");
}

const formatOf = (file: string): ImportFormat =>
  [".yml", ".yaml"].includes(extname(file).toLowerCase()) ? "fleet" : "pack";

export function addImportCommand(program: Command, invocation: Invocation): void {
  program
    .command("import")
    .description("make policies of an osquery pack or Fleet's YAML, and tell what became of each")
    .requiredOption("-f, --file <file>", "the file")
    .addOption(
      new Option(
        "--format <format>",
        "pack (JSON) or fleet (YAML); else by the file's name",
      ).choices([...IMPORT_FORMATS]),
    )
    .option("--team <name>", "where all policies go; else where the file says, or to all teams")
    .option("--rows-mean-fail", "turn queries around: they find what ought not to be there")
    .option("--dry-run", "only tell")
    .action(async (options: ImportOptions, command: Command) => {
      const run = runOf(invocation, command);
      const content = await readText(options.file);
      const api = await run.api();
      const body = {
        format: options.format ?? formatOf(options.file),
        content,
        ...(options.team === undefined ? {} : { team_id: await teamIdOf(api, options.team) }),
        rows_mean: options.rowsMeanFail ? "fail" : "pass",
        dry_run: options.dryRun === true,
      };
      const reply = await api.sendHeavy<ImportReply>("/muster/import", body);
      show(run, reply, () => importReport(run.terminal, reply));
    });
}

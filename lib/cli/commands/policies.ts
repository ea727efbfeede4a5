import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import type { z } from "zod";
import { formatNumber } from "#lib/format.ts";
import type { PolicyJson, policyListReply, teamPolicyListReply } from "#lib/policies/schema.ts";
import { type ApplyOptions, apply } from "../apply.ts";
import { differs, report } from "../apply-report.ts";
import { CommandError, EXIT } from "../exit-codes.ts";
import { type Invocation, type Run, runOf, show } from "../invocation.ts";
import { readDocuments } from "../spec-file.ts";
import { type Column, table } from "../table.ts";
import { NO_TEAM, teamIdOf } from "../teams.ts";
import { collectWanted, type WantedOptions } from "../wanted.ts";
import { addExportCommand } from "./export-policies.ts";

interface FileOptions extends WantedOptions, ApplyOptions {
  file: string[];
  exitCode?: boolean;
}

async function readInput({ terminal }: Run, file: string): Promise<string> {
  if (file === "-") return terminal.readInput();
  return readFile(file, "utf8").catch((error: Error) => {
    throw new CommandError(EXIT.usage, `${file} cannot be read: ${error.message}`);
  });
}

async function applyFiles(run: Run, options: FileOptions): Promise<void> {
  const { file: files, dryRun = false, force = false } = options;
  const documents = [];
  for (const file of files) {
    const name = file === "-" ? "(standard input)" : file;
    documents.push(...readDocuments(name, await readInput(run, file)));
  }
  const wanted = collectWanted(documents, options);
  for (const warning of wanted.warnings) run.terminal.err(`Warning: ${warning}`);
  const changes = await apply(await run.api(), wanted, { dryRun, force });
  show(run, { dry_run: dryRun, changes }, () => report(run.terminal, changes, dryRun));
  if (options.exitCode && dryRun && differs(changes)) run.exitWith(EXIT.differs);
}

type Row = PolicyJson & { scope: string };

const COLUMNS: readonly Column<Row>[] = [
  { title: "ID", value: ({ id }) => String(id), right: true },
  { title: "Policy", value: ({ name }) => name, min: 20 },
  { title: "Of", value: ({ scope }) => scope, min: 8 },
  { title: "Platforms", value: ({ platform }) => platform || "all", min: 8 },
  {
    title: "Crit",
    value: ({ critical }) => (critical ? "yes" : ""),
    colour: () => "yellow",
  },
  {
    title: "Pass",
    value: ({ passing_host_count }) => formatNumber(passing_host_count),
    colour: ({ passing_host_count }) => (passing_host_count > 0 ? "green" : "dim"),
    right: true,
  },
  {
    title: "Fail",
    value: ({ failing_host_count }) => formatNumber(failing_host_count),
    colour: ({ failing_host_count }) => (failing_host_count > 0 ? "red" : "dim"),
    right: true,
  },
  {
    title: "Other",
    value: (policy) =>
      formatNumber(policy.error_host_count + policy.stale_host_count + policy.pending_host_count),
    colour: () => "dim",
    right: true,
  },
];

async function listPolicies(run: Run, options: { team?: string; query?: string }): Promise<void> {
  const api = await run.api();
  const query = { query: options.query, order_key: "name", per_page: 10_000 };
  if (options.team === undefined) {
    const answer = await api.get<z.output<typeof policyListReply>>("/fleet/policies", query);
    const rows = answer.policies.map((policy) => ({ ...policy, scope: "all teams" }));
    show(run, answer, () => wordsOf(run, rows));
    return;
  }
  const teamId = await teamIdOf(api, options.team);
  const scope = teamId === 0 ? NO_TEAM : options.team;
  const path = `/fleet/teams/${teamId}/policies`;
  const answer = await api.get<z.output<typeof teamPolicyListReply>>(path, query);
  const rows = [
    ...answer.policies.map((policy) => ({ ...policy, scope })),
    ...answer.inherited_policies.map((policy) => ({ ...policy, scope: "all teams" })),
  ];
  show(run, answer, () => wordsOf(run, rows));
}

function wordsOf({ terminal }: Run, rows: Row[]): string {
  if (rows.length === 0) return "There are no policies. muster policies apply -f FILE makes some.";
  return table(terminal, COLUMNS, rows);
}

const collect = (value: string, before: string[] = []) => [...before, value];

export function addPolicyCommands(program: Command, invocation: Invocation): void {
  const policies = program.command("policies").description("policies as code");
  addExportCommand(policies, invocation);
  policies
    .command("apply")
    .description("make or replace what YAML files describe, policies all or none")
    .requiredOption(
      "-f, --file <file>",
      "a YAML file, - for the standard input; repeatable",
      collect,
    )
    .option("--dry-run", "show what would change, and change nothing")
    .option("--exit-code", "with --dry-run: end with 5 when something would change")
    .option("--team <name>", "put every policy into this team, whatever the files say")
    .option("--skip-unsupported", "pass over queries, reports and packs")
    .option("--force", "drop keys of teams and configuration that are not known")
    .addHelpText("after", APPLY_HELP)
    .action((options: FileOptions, command: Command) =>
      applyFiles(runOf(invocation, command), options),
    );
  policies
    .command("list")
    .description("policies of all teams with the number of hosts by state")
    .option("--team <name>", "those of a team and those it inherits, counted over its hosts")
    .option("--query <text>", "only those whose name contains this")
    .action((options: { team?: string; query?: string }, command: Command) =>
      listPolicies(runOf(invocation, command), options),
    );
}

const APPLY_HELP = `
A file holds Fleet's documents, separated by ---. Kinds: label, config, enroll_secret,
team (or fleet), policy, user_roles; they are applied in this order.

  apiVersion: v1
  kind: policy
  spec:
    name: FileVault is on
    query: SELECT 1 FROM disk_encryption WHERE user_uuid IS NOT '' AND filevault_status = 'on';
    platform: darwin
    critical: true
    resolution: Open **System Settings**, **Privacy & Security**, and turn on FileVault.
    team: Workstations`;

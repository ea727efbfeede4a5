import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Command, InvalidArgumentError, Option } from "commander";
import { PARTS } from "#lib/evidence/schema.ts";
import { CommandError, EXIT } from "../exit-codes.ts";
import { download, type Query } from "../http.ts";
import { type Invocation, type Run, runOf, show } from "../invocation.ts";
import { teamIdOf } from "../teams.ts";

interface EvidenceOptions {
  from: string;
  to: string;
  format: string;
  part: string;
  output: string;
  team?: string;
  tag?: string;
  policy?: number[];
}

/** A moment, or a day, which begins at midnight UTC. */
function moment(text: string): string {
  const at = new Date(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text);
  if (Number.isNaN(at.getTime())) {
    throw new InvalidArgumentError("Give a day (2026-03-31) or a moment (2026-03-31T23:59:59Z).");
  }
  return at.toISOString();
}

function policyId(text: string, before: number[] = []): number[] {
  if (/^\d{1,10}$/.test(text)) return [...before, Number(text)];
  throw new InvalidArgumentError("Give the id of a policy; muster policies list shows them.");
}

/** Under another name until it is whole: half a file must not pass for evidence. */
async function save(chunks: AsyncGenerator<Buffer>, file: string): Promise<void> {
  const partial = `${file}.part`;
  try {
    await pipeline(Readable.from(chunks), createWriteStream(partial));
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    if (error instanceof CommandError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(EXIT.failed, `${file} cannot be written: ${reason}`);
  }
}

async function evidence(run: Run, options: EvidenceOptions): Promise<void> {
  const api = await run.api();
  const { from, to, format, part, tag, output, team, policy } = options;
  const query: Query = {
    ...{ from, to, format, part, tag },
    team_id: team === undefined ? undefined : await teamIdOf(api, team),
    policy_ids: policy?.join(","),
  };
  await save(download(api.server, "/muster/evidence", query), output);
  show(run, { file: output, from, to }, () => `Evidence from ${from} to ${to} is in ${output}.`);
}

export function addEvidenceCommand(program: Command, invocation: Invocation): void {
  program
    .command("evidence")
    .description("how policies and hosts stood through a period, as a file")
    .requiredOption("--from <moment>", "a day or a moment; days begin at midnight UTC", moment)
    .option("--to <moment>", "until then, or until now", moment, new Date().toISOString())
    .addOption(new Option("--format <format>").choices(["csv", "jsonl", "html"]).default("csv"))
    .addOption(
      new Option("--part <part>", "of CSV: which rows").choices([...PARTS]).default("answers"),
    )
    .requiredOption("-o, --output <file>", "where to write it")
    .option("--team <name>", `hosts of a team; "No team" for those in none`)
    .option("--tag <tag>", "policies that have it")
    .option("--policy <id>", "a policy; may be given several times", policyId)
    .action((options: EvidenceOptions, command: Command) =>
      evidence(runOf(invocation, command), options),
    );
}

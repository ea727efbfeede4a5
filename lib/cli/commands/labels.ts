import type { Command } from "commander";
import { stringify } from "yaml";
import type { z } from "zod";
import { formatNumber } from "#lib/format.ts";
import type { LabelJson, labelListReply, labelReply, labelSpecReply } from "#lib/labels/schema.ts";
import { CommandError, EXIT } from "../exit-codes.ts";
import type { Api, Invocation, Run } from "../invocation.ts";
import { runOf, show } from "../invocation.ts";
import { type Column, table } from "../table.ts";

const KINDS = { dynamic: "SQL", manual: "by hand", host_vitals: "vitals" } as const;

const COLUMNS: readonly Column<LabelJson>[] = [
  { title: "ID", value: ({ id }) => String(id), right: true },
  { title: "Label", value: ({ name }) => name, min: 20 },
  { title: "Members", value: ({ label_membership_type: type }) => KINDS[type] },
  { title: "Hosts", value: ({ host_count }) => formatNumber(host_count), right: true },
  { title: "Policies", value: ({ policy_count }) => formatNumber(policy_count), right: true },
  {
    title: "",
    value: ({ label_type }) => (label_type === "builtin" ? "built in" : ""),
    colour: () => "dim",
  },
];

async function list(run: Run, options: { query?: string }): Promise<void> {
  const api = await run.api();
  const query = { query: options.query, order_key: "name", per_page: 10_000 };
  const answer = await api.get<z.output<typeof labelListReply>>("/fleet/labels", query);
  show(run, answer, ({ labels }) =>
    labels.length > 0 ? table(run.terminal, COLUMNS, labels) : "There is no label of that name.",
  );
}

/** As a document of a file, so that what is read can be changed and applied. */
async function get(run: Run, name: string): Promise<void> {
  const api = await run.api();
  const path = `/fleet/spec/labels/${encodeURIComponent(name)}`;
  const { specs } = await api.get<z.output<typeof labelSpecReply>>(path);
  const { id: _, ...spec } = specs;
  const document = { apiVersion: "v1", kind: "label", spec };
  show(run, document, () => stringify(document).trimEnd());
}

async function idOf(api: Api, name: string): Promise<number> {
  const path = `/fleet/spec/labels/${encodeURIComponent(name)}`;
  return (await api.get<z.output<typeof labelSpecReply>>(path)).specs.id;
}

async function confirm({ terminal }: Run, name: string): Promise<void> {
  if (!terminal.interactive) {
    throw new CommandError(EXIT.usage, "There is nobody here to confirm it.", "Pass --yes.");
  }
  const question = `Delete label "${name}" with what hosts said of it? Type yes: `;
  if ((await terminal.ask(question)).trim().toLowerCase() === "yes") return;
  throw new CommandError(EXIT.failed, "Nothing was deleted.");
}

async function remove(run: Run, name: string, options: { yes?: boolean }): Promise<void> {
  const api = await run.api();
  const id = await idOf(api, name);
  if (!options.yes) await confirm(run, name);
  await api.send<z.output<typeof labelReply>>("DELETE", `/fleet/labels/id/${id}`);
  show(run, { id, name }, () => `Label "${name}" has been deleted.`);
}

export function addLabelCommands(program: Command, invocation: Invocation): void {
  const labels = program.command("labels").description("groups of hosts that policies go by");
  labels
    .command("list")
    .description("labels with their hosts and the policies that go by them")
    .option("--query <text>", "only those whose name contains this")
    .action((options: { query?: string }, command: Command) =>
      list(runOf(invocation, command), options),
    );
  labels
    .command("get <name>")
    .description("a label as YAML, for muster policies apply")
    .action((name: string, _options, command: Command) => get(runOf(invocation, command), name));
  labels
    .command("delete <name>")
    .description("delete a label that no policy and no exemption goes by")
    .option("--yes", "do not ask")
    .action((name: string, options: { yes?: boolean }, command: Command) =>
      remove(runOf(invocation, command), name, options),
    );
}

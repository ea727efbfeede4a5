import { formatNumber, plural } from "#lib/format.ts";
import type { GitopsChange, GitopsReply } from "#lib/gitops/schema.ts";
import { differences, diffLines } from "./difference.ts";
import { type Colour, paint, printable, type Terminal } from "./terminal.ts";

type Action = GitopsChange["action"];

const HEADS: Record<Exclude<Action, "none">, [sign: string, word: string, colour: Colour]> = {
  create: ["+", "create", "green"],
  update: ["~", "change", "yellow"],
  delete: ["-", "delete", "red"],
  keep: ["!", "keep  ", "dim"],
};

const KINDS: Record<GitopsChange["kind"], string> = {
  settings: "",
  secrets: "",
  team: "team ",
  label: "label ",
  policy: "policy ",
  exemption: "exemption ",
  webhook: "webhook of ",
};

function hostsOf({ hosts, hosts_before: before, hosts_after: after, action }: GitopsChange) {
  if (hosts === null) return "";
  const touched = `: ${plural(hosts, "host")}`;
  if (action !== "update" || before === null || after === null || before === after) return touched;
  return `${touched}, asks ${formatNumber(before)} now and ${formatNumber(after)} then`;
}

function headOf(change: GitopsChange, action: Exclude<Action, "none">): string {
  const [sign, word] = HEADS[action];
  const { team } = change;
  const where = team === null ? "" : team ? ` (team ${team})` : " (all teams)";
  const made = action === "keep" ? " (made elsewhere)" : "";
  return `${sign} ${word} ${KINDS[change.kind]}${change.name}${where}${made}${hostsOf(change)}`;
}

const isSaid = (value: unknown) =>
  value !== "" &&
  value !== false &&
  value !== null &&
  !(Array.isArray(value) && value.length === 0);

/** Of new things what they say, without what they leave open. */
function fieldsOf({ action, before, after }: GitopsChange) {
  if (action === "update") return differences(before, after);
  if (action !== "create") return [];
  const said = Object.entries(after).filter(([name, value]) => name !== "name" && isSaid(value));
  return differences({}, Object.fromEntries(said));
}

function describeChange(terminal: Terminal, change: GitopsChange): string[] {
  const { action } = change;
  if (action === "none") return [];
  const lines = fieldsOf(change).flatMap(diffLines);
  return [
    paint(terminal, HEADS[action][2], printable(headOf(change, action))),
    ...lines.map(([sign, text]) =>
      paint(terminal, sign === "+" ? "green" : "red", `    ${sign} ${printable(text)}`),
    ),
  ];
}

const TOTALS: [Action, dry: string, done: string][] = [
  ["create", "to create", "created"],
  ["update", "to change", "changed"],
  ["delete", "to delete", "deleted"],
  ["none", "as they were", "as they were"],
  ["keep", "made elsewhere and kept", "made elsewhere and kept"],
];

function total({ changes, dry_run }: GitopsReply): string {
  const parts = TOTALS.flatMap(([action, dry, done]) => {
    const count = changes.filter((change) => change.action === action).length;
    if (action === "keep" && count === 0) return [];
    return [`${formatNumber(count)} ${dry_run ? dry : done}`];
  });
  return `${parts.join(", ")}.${dry_run ? " Nothing was written." : ""}`;
}

export const differs = ({ changes }: GitopsReply): boolean =>
  changes.some(({ action }) => action !== "none" && action !== "keep");

/** What was or would be changed and of how many hosts, unchanged things as a number only. */
export const gitopsReport = (terminal: Terminal, reply: GitopsReply): string =>
  [...reply.changes.flatMap((change) => describeChange(terminal, change)), total(reply)].join("\n");

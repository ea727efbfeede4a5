import { formatNumber, plural } from "#lib/format.ts";
import {
  type GitopsCause,
  type GitopsChange,
  type GitopsReply,
  isMoved,
} from "#lib/gitops/schema.ts";
import { differences, diffLines } from "./difference.ts";
import { type Colour, paint, printable, type Terminal } from "./terminal.ts";

type Action = GitopsChange["action"];

const HEADS: Record<Action, [sign: string, word: string, colour: Colour]> = {
  create: ["+", "create", "green"],
  update: ["~", "change", "yellow"],
  delete: ["-", "delete", "red"],
  keep: ["!", "keep  ", "dim"],
  // What stays as it is and is of other hosts.
  none: ["~", "hosts ", "yellow"],
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

const namesOf = (causes: readonly GitopsCause[]): string =>
  causes.map(({ kind, name }) => `${kind} ${name}`).join(", ");

function nowAndThen({ kind, action, hosts_pending: pending, ...change }: GitopsChange): string {
  const { hosts_before: before, hosts_after: after } = change;
  if (action === "create" || action === "delete" || before === null || after === null) return "";
  const verb = kind === "exemption" ? "lets off" : "asks";
  const now = `, ${verb} ${formatNumber(before)} now`;
  if (pending) return now;
  return before === after ? "" : `${now} and ${formatNumber(after)} then`;
}

function movesOf({ action, because, ...change }: GitopsChange): string {
  const { hosts_entering: entering, hosts_leaving: leaving } = change;
  if (action === "create" || action === "delete" || (!entering && !leaving)) return "";
  const moves = [
    ...(entering ? [`${formatNumber(entering)} ${entering === 1 ? "comes" : "come"} in`] : []),
    ...(leaving ? [`${formatNumber(leaving)} ${leaving === 1 ? "leaves" : "leave"}`] : []),
  ].join(" and ");
  const movers = because.filter((cause) => cause.entering + cause.leaving > 0);
  return `, ${moves}${movers.length > 0 ? ` by ${namesOf(movers)}` : ""}`;
}

function pendingOf({ hosts_pending: pending, because }: GitopsChange): string {
  if (!pending) return "";
  const have = pending === 1 ? "has" : "have";
  const asked = namesOf(because.filter((cause) => cause.pending > 0));
  return `, pending: ${plural(pending, "host")} ${have} to answer ${asked ? `${asked} ` : ""}first`;
}

function hostsOf(change: GitopsChange): string {
  if (change.hosts === null) return "";
  const touched = `: ${plural(change.hosts, "host")}`;
  return touched + nowAndThen(change) + movesOf(change) + pendingOf(change);
}

function headOf(change: GitopsChange): string {
  const { action, team } = change;
  const [sign, word] = HEADS[action];
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
  if (action === "none" && !isMoved(change)) return [];
  const lines = fieldsOf(change).flatMap(diffLines);
  return [
    paint(terminal, HEADS[action][2], printable(headOf(change))),
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
    const all = changes.filter((change) => change.action === action);
    const same = action === "none" ? all.filter((change) => !isMoved(change)) : all;
    if (action === "keep" && all.length === 0) return [];
    const moved = all.length - same.length;
    return [
      `${formatNumber(same.length)} ${dry_run ? dry : done}`,
      ...(moved > 0 ? [`${formatNumber(moved)} as they were but of other hosts`] : []),
    ];
  });
  return `${parts.join(", ")}.${dry_run ? " Nothing was written." : ""}`;
}

export const differs = ({ changes }: GitopsReply): boolean =>
  changes.some(({ action }) => action !== "none" && action !== "keep");

/** What was or would be changed and of how many hosts, unchanged things as a number only. */
export const gitopsReport = (terminal: Terminal, reply: GitopsReply): string =>
  [...reply.changes.flatMap((change) => describeChange(terminal, change)), total(reply)].join("\n");

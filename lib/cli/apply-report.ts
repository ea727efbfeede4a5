import { plural } from "#lib/format.ts";
import type { Change } from "./apply.ts";
import { diffLines } from "./difference.ts";
import { type Colour, paint, printable, type Terminal } from "./terminal.ts";

const SIGNS = { create: "+", update: "~", send: ">", none: "=" } as const;
const COLOURS = { create: "green", update: "yellow", send: "yellow", none: "dim" } as const;
const WORDS = { create: "create", update: "change", send: "send", none: "same" } as const;

const KINDS = {
  config: "",
  enroll_secret: "",
  label: "label ",
  team: "team ",
  policy: "policy ",
  user_roles: "",
} as const;

function titleOf({ kind, name, team }: Change): string {
  const where = kind !== "policy" ? "" : team ? ` (team ${team})` : " (all teams)";
  return `${KINDS[kind]}${name}${where}`;
}

const lineColour = (sign: string): Colour => (sign === "+" ? "green" : "red");

function describeChange(terminal: Terminal, change: Change): string[] {
  const { action } = change;
  const head = `${SIGNS[action]} ${WORDS[action].padEnd(6)} ${printable(titleOf(change))}`;
  const lines = change.differences.flatMap(diffLines);
  return [
    paint(terminal, COLOURS[action], head),
    ...lines.map(([sign, text]) =>
      paint(terminal, lineColour(sign), `    ${sign} ${printable(text)}`),
    ),
  ];
}

export const differs = (changes: readonly Change[]): boolean =>
  changes.some(({ action }) => action === "create" || action === "update");

function total(changes: readonly Change[], dryRun: boolean): string {
  const count = (action: Change["action"]) =>
    changes.filter((change) => change.action === action).length;
  const parts = dryRun
    ? [`${count("create")} to create`, `${count("update")} to change`]
    : [`${count("create")} created`, `${count("update")} changed`];
  if (count("send") > 0) parts.push(dryRun ? `${count("send")} to send` : `${count("send")} sent`);
  parts.push(`${count("none")} as they were`);
  const end = dryRun ? " Nothing was written." : "";
  return `${parts.join(", ")}.${end}`;
}

/** What was (or would be) changed, unchanged things as a number only. */
export function report(terminal: Terminal, changes: readonly Change[], dryRun: boolean): string {
  if (changes.length === 0) return `Nothing to apply: ${plural(0, "document")}.`;
  const changed = changes.filter(({ action }) => action !== "none");
  return [
    ...changed.flatMap((change) => describeChange(terminal, change)),
    total(changes, dryRun),
  ].join("\n");
}

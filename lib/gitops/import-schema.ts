import { z } from "zod";

/** A file of all of osquery's published packs is a tenth of it. */
const CONTENT_CHARACTERS_MAX = 4 * 1024 * 1024;
export const ITEMS_MAX = 1_000;

export const IMPORT_FORMATS = ["pack", "fleet"] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

export const importBody = z.object({
  /** pack: osquery's JSON. fleet: Fleet's YAML. */
  format: z.enum(IMPORT_FORMATS, `format is one of ${IMPORT_FORMATS.join(", ")}`),
  content: z
    .string("content must be the text of a file")
    .max(CONTENT_CHARACTERS_MAX, `a file may have ${CONTENT_CHARACTERS_MAX} characters at most`),
  /** Where all policies go. null: to all teams. 0: to hosts in no team. Absent: where the file says, else to all teams. */
  team_id: z.int().min(0).nullable().optional(),
  /** What rows of a query mean that was not written as a policy. fail: it is turned around. */
  rows_mean: z.enum(["pass", "fail"]).default("pass"),
  dry_run: z.boolean().default(false),
});
export type ImportInput = z.output<typeof importBody>;
/** What a form or a client sends. */
export type ImportRequest = z.input<typeof importBody>;

export const importItem = z.object({
  /** What it is in the file: policy, query, label, pack ... */
  kind: z.string(),
  name: z.string(),
  /** Whose policy it becomes; "" is all teams. null: it becomes none. */
  team: z.string().nullable(),
  outcome: z.enum(["taken", "changed", "not_taken"]),
  /** What was changed and why, or why it was not taken. */
  notes: z.array(z.string()),
  /** Doubts of the SQL check about what was taken. */
  warnings: z.array(z.string()),
  /** The SQL that it becomes. */
  query: z.string().nullable(),
});
export type ImportItem = z.output<typeof importItem>;

export const importReply = z.object({ dry_run: z.boolean(), items: z.array(importItem) });
export type ImportReply = z.output<typeof importReply>;

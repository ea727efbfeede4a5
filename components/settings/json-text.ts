import type { z } from "zod";

export type JsonCheck<T> = { ok: true; value: T } | { ok: false; problem: string };

/** Parses and checks what was typed, and says where it is wrong: a line, or a path. */
export function checkJson<S extends z.ZodType>(text: string, schema: S): JsonCheck<z.input<S>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return { ok: false, problem: syntaxProblem(text, error) };
  }
  const result = schema.safeParse(parsed);
  // What was typed is sent, not what Zod made of it: unknown keys of osquery's stay as they are.
  if (result.success) return { ok: true, value: parsed as z.input<S> };
  const [issue] = result.error.issues;
  const place = issue?.path.join(".") ?? "";
  return { ok: false, problem: `${place ? `${place}: ` : ""}${issue?.message ?? "not valid"}` };
}

function syntaxProblem(text: string, error: unknown): string {
  const message = error instanceof Error ? error.message : "";
  const [, position] = /position (\d+)/.exec(message) ?? [];
  const reason = message.replace(/ in JSON.*| at position.*/s, "");
  const at = position === undefined ? text.length : Number(position);
  const lines = text.slice(0, at).split("\n");
  return `Line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}: ${reason || "not JSON"}`;
}

export const formatJson = (value: unknown): string => JSON.stringify(value, null, 2);

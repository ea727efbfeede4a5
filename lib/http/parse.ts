import type { z } from "zod";
import { AppError, badRequest } from "#lib/errors.ts";

/** All that is wrong with a body, each with its path, as one 422. */
function invalidFields(error: z.ZodError): AppError {
  const fields = error.issues.map((issue) => ({
    name: issue.path.join(".") || "base",
    reason: issue.message,
  }));
  return new AppError("invalid", fields);
}

/** All that is wrong with a path or its query, as one 400. */
export const badInput = (error: z.ZodError): AppError =>
  badRequest(error.issues.map((issue) => issue.message).join("; "));

/** Parses or throws an AppError that names what is wrong. */
export function parseInput<S extends z.ZodType>(
  schema: S,
  value: unknown,
  toError: (error: z.ZodError) => AppError = invalidFields,
): z.output<S> {
  const result = schema.safeParse(value ?? {});
  if (!result.success) throw toError(result.error);
  return result.data;
}

type UnknownKeys = { path: PropertyKey[]; keys: string[] };

/** A copy without the keys the schema does not know. */
function dropKeys(value: unknown, unknown: UnknownKeys[]): unknown {
  const copy = structuredClone(value);
  for (const { path, keys } of unknown) {
    let at = copy as Record<PropertyKey, unknown>;
    for (const step of path) at = at[step] as Record<PropertyKey, unknown>;
    for (const key of keys) delete at[key];
  }
  return copy;
}

/**
 * For Fleet's strict bodies (contract: fleet-api 0.3): an unknown key is a 400 that names it, and
 * with `force` is dropped.
 */
export function parseStrict<S extends z.ZodType>(
  schema: S,
  value: unknown,
  force: boolean,
): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const unknown = result.error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys" ? [{ path: issue.path, keys: issue.keys }] : [],
  );
  if (unknown.length > 0 && !force) {
    const names = unknown.flatMap(({ path, keys }) => keys.map((key) => [...path, key].join(".")));
    throw badRequest(`unsupported key provided: "${names.join('", "')}"`);
  }
  return parseInput(schema, dropKeys(value, unknown));
}

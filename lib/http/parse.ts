import type { z } from "zod";
import { AppError } from "#lib/errors.ts";

/** All that is wrong with a body, each with its path, as one 422. */
function invalidFields(error: z.ZodError): AppError {
  const fields = error.issues.map((issue) => ({
    name: issue.path.join(".") || "base",
    reason: issue.message,
  }));
  return new AppError("invalid", fields);
}

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

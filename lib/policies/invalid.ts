import type { z } from "zod";
import { AppError } from "#lib/errors.ts";

/**
 * Fleet answers 400 for a policy's fields, with one prefixed text that its clients print. The same
 * texts by field follow it, for forms.
 */
export function invalidPayload(prefix: string): (error: z.ZodError) => AppError {
  return (error) => {
    const texts = error.issues.map((issue) => issue.message);
    const fields = error.issues
      .filter((issue) => issue.path.length > 0)
      .map((issue) => ({ name: issue.path.join("."), reason: issue.message }));
    return new AppError("bad_request", [
      { name: "base", reason: `${prefix}: ${texts[0] ?? "invalid"}` },
      ...fields,
    ]);
  };
}

export const POLICY = "policy payload verification";
export const SPEC = "policy spec payload verification";

export const invalidPolicy = invalidPayload(POLICY);
export const invalidSpec = invalidPayload(SPEC);

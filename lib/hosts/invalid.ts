import type { z } from "zod";
import { type AppError, badRequest } from "#lib/errors.ts";

/** A wrong selection of hosts is 400 in Fleet, wherever it stands. */
export const invalidSelection = (error: z.ZodError): AppError =>
  badRequest(error.issues.map((issue) => issue.message).join("; "));

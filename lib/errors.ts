/** What went wrong, in terms a transport can map; lib/http/errors.ts maps them to HTTP. */
export type ErrorKind =
  | "bad_request"
  | "invalid"
  | "unauthenticated"
  | "forbidden"
  | "not_found"
  | "conflict"
  | "too_large"
  | "unsupported_media"
  | "too_many_requests"
  | "unavailable";

export interface FieldError {
  /** The field at fault, or "base". */
  name: string;
  /** What is wrong and how to mend it. */
  reason: string;
}

/**
 * An expected failure. Recognise it by `kind`, never by instanceof: under Next a class may exist
 * once per bundle.
 */
export class AppError extends Error {
  readonly kind: ErrorKind;
  readonly fields: FieldError[];
  /** Seconds after which a refused request may be repeated. */
  readonly retryAfterSeconds?: number;
  /** Fleet's number for a broken role rule (contract: 1 no role, 2 last admin). */
  readonly code?: number;

  constructor(
    kind: ErrorKind,
    fields: FieldError[] | string,
    options: { cause?: unknown; retryAfterSeconds?: number; code?: number } = {},
  ) {
    const list = typeof fields === "string" ? [{ name: "base", reason: fields }] : fields;
    super(list.map((field) => field.reason).join("; "), { cause: options.cause });
    this.name = "AppError";
    this.kind = kind;
    this.fields = list;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.code = options.code;
  }
}

export function isAppError(error: unknown): error is AppError {
  return error instanceof Error && error.name === "AppError" && "kind" in error;
}

export const invalid = (name: string, reason: string) =>
  new AppError("invalid", [{ name, reason }]);
export const badRequest = (reason: string) => new AppError("bad_request", reason);
export const forbidden = (reason = "You may not do this.") => new AppError("forbidden", reason);
export const notFound = (what: string) => new AppError("not_found", `${what} was not found`);
export const conflict = (reason: string) => new AppError("conflict", reason);

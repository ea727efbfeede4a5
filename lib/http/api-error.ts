/** What a failed API call means to the console. `status` 0: no answer arrived at all. */
export class ApiError extends Error {
  readonly status: number;
  /** Reasons by field name, ready for a form; "base" reasons are in `message` instead. */
  readonly fields: Record<string, string>;
  /** The server's id of this failure, to quote to an operator who searches the log. */
  readonly requestId: string | undefined;

  constructor(status: number, message: string, fields = {}, requestId?: string) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.fields = fields;
    this.requestId = requestId;
  }
}

interface ErrorBody {
  message?: string;
  errors?: { name: string; reason: string }[] | null;
  uuid?: string;
}

const FALLBACKS: Record<number, string> = {
  0: "The server cannot be reached. Check your connection and try again.",
  403: "You do not have permission to do this.",
  404: "This no longer exists, or you cannot see it.",
  413: "This is larger than the server accepts.",
  429: "Too many attempts. Wait a moment and try again.",
};

/**
 * Reads Fleet's error body. For most kinds `message` is a fixed phrase ("Bad request") and the
 * text a person needs is the reason named "base", so that one wins.
 */
export function toApiError(status: number, body: unknown): ApiError {
  const { message, errors, uuid } = isErrorBody(body) ? body : ({} as ErrorBody);
  const reasons = errors ?? [];
  const base = reasons.find((error) => error.name === "base")?.reason;
  const fields = Object.fromEntries(
    reasons.filter((error) => error.name !== "base").map(({ name, reason }) => [name, reason]),
  );
  const text = status === 403 ? undefined : (base ?? Object.values(fields)[0] ?? message);
  const fallback = FALLBACKS[status] ?? message ?? "Something went wrong on the server.";
  return new ApiError(status, text ?? fallback, fields, uuid);
}

function isErrorBody(body: unknown): body is ErrorBody {
  return typeof body === "object" && body !== null && "message" in body;
}

export function isApiError(error: unknown): error is ApiError {
  return error instanceof Error && error.name === "ApiError";
}

/** The sentence to show for anything that was thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error && error.message ? error.message : "Something went wrong.";
}

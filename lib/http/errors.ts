import { randomUUID } from "node:crypto";
import { errorNumber, isOutage } from "#db/outage.ts";
import { AppError, type ErrorKind, isAppError } from "#lib/errors.ts";

/** Fleet's status and message by kind (contract: fleet-api 0.4), which its clients print. */
const RESPONSES: Record<ErrorKind, { status: number; message: string }> = {
  bad_request: { status: 400, message: "Bad request" },
  invalid: { status: 422, message: "Validation Failed" },
  unauthenticated: { status: 401, message: "Authentication required" },
  forbidden: { status: 403, message: "Permission Denied" },
  not_found: { status: 404, message: "Resource Not Found" },
  conflict: { status: 409, message: "Resource Already Exists" },
  too_large: { status: 413, message: "Request body too large" },
  unsupported_media: { status: 415, message: "Unsupported media type" },
  too_many_requests: { status: 429, message: "" },
  unavailable: { status: 503, message: "Service unavailable" },
};

const ER_DUP_ENTRY = 1062;

export interface ErrorReply {
  status: number;
  body: Record<string, unknown>;
  headers: Record<string, string>;
  /** An unexpected error, to be logged with its stack under `body.uuid`. */
  unexpected: boolean;
}

/** Fleet tells its reasons for a 401 apart by `message`; ours begin with those words. */
const UNAUTHENTICATED = /^(Authorization header required|Authentication failed|password reset req)/;

function messageOf(error: AppError): string {
  if (error.kind === "too_many_requests") {
    return `limit exceeded, retry after: ${error.retryAfterSeconds ?? 1}s`;
  }
  if (error.kind === "unauthenticated" && UNAUTHENTICATED.test(error.message)) {
    return error.message.split(":", 1)[0] ?? "";
  }
  return RESPONSES[error.kind].message;
}

function expectedReply(error: AppError): ErrorReply {
  const { status } = RESPONSES[error.kind];
  const headers: Record<string, string> = {};
  if (error.retryAfterSeconds !== undefined) headers["Retry-After"] = `${error.retryAfterSeconds}`;
  return {
    status,
    headers,
    unexpected: false,
    body: {
      message: messageOf(error),
      errors: error.fields,
      ...(error.code === undefined ? {} : { code: error.code }),
    },
  };
}

/** As told to people: whether a change was made before the connection broke, nobody knows. */
const OUTAGE =
  "The database does not answer at the moment. Try again in a few seconds; after a change, look first whether it was made.";
const OUTAGE_RETRY_SECONDS = 5;

/** Any thrown value as an HTTP answer. What we did not foresee tells the client only its uuid. */
export function errorReply(error: unknown): ErrorReply {
  if (isAppError(error)) return expectedReply(error);
  if (errorNumber(error) === ER_DUP_ENTRY) {
    const errors = [{ name: "base", reason: "An object with this name already exists" }];
    return {
      status: 409,
      headers: {},
      unexpected: false,
      body: { message: "Validation Failed", errors },
    };
  }
  if (isOutage(error)) {
    return expectedReply(
      new AppError("unavailable", OUTAGE, { retryAfterSeconds: OUTAGE_RETRY_SECONDS }),
    );
  }
  const uuid = randomUUID();
  const reason = `Something went wrong on the server. Its log has more under ${uuid}.`;
  return {
    status: 500,
    headers: {},
    unexpected: true,
    body: { message: "Internal Server Error", errors: [{ name: "base", reason }], uuid },
  };
}

import { isApiError, toApiError } from "./api-error.ts";

type QueryValue = string | number | boolean | null | undefined;
export type Query = Record<string, QueryValue>;

export interface RequestOptions {
  /** Empty, null and undefined values are left out, so that a cleared filter sends nothing. */
  query?: Query;
  body?: unknown;
  signal?: AbortSignal;
}

const API_ROOT = "/api/v1";

/** A URL below the API's root, e.g. for a download link: `apiUrl("/fleet/hosts/report", {...})`. */
export function apiUrl(path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") params.set(key, String(value));
  }
  const search = params.toString();
  return `${API_ROOT}${path}${search ? `?${search}` : ""}`;
}

/**
 * The console's one door to the REST API: JSON in, JSON out, `ApiError` for everything else.
 * Paths start below /api/v1 ("/fleet/hosts"). The caller names the answer's type: the server
 * validates what it sends, and parsing each answer twice would only slow large lists down.
 */
export const api = {
  get: <T>(path: string, options?: RequestOptions) => send<T>("GET", path, options),
  post: <T>(path: string, options?: RequestOptions) => send<T>("POST", path, options),
  put: <T>(path: string, options?: RequestOptions) => send<T>("PUT", path, options),
  patch: <T>(path: string, options?: RequestOptions) => send<T>("PATCH", path, options),
  delete: <T>(path: string, options?: RequestOptions) => send<T>("DELETE", path, options),
};

async function send<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
  const response = await fetch(apiUrl(path, options.query), {
    method,
    // A host's answer may be cached by gateways; a page that polls must see every change.
    cache: "no-store",
    signal: options.signal,
    headers: { Accept: "application/json", ...bodyHeaders(options.body) },
    body: options.body === undefined ? undefined : JSON.stringify(options.body),
  }).catch((error: unknown) => {
    if (options.signal?.aborted) throw error;
    throw toApiError(0, null);
  });
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok) return body as T;
  const error = toApiError(response.status, body);
  if (response.status === 401) leaveForLogin(error.message);
  throw error;
}

function bodyHeaders(body: unknown): Record<string, string> {
  return body === undefined ? {} : { "Content-Type": "application/json" };
}

/** Pages that a signed-out person may see; there a 401 is an answer, not an ended session. */
const PUBLIC_PAGES = /^\/(login|setup|device|password-reset)(\/|$)/;
/** How the API refuses people who have to choose a new password first. */
const RESET_DUE = /^password reset required/;

function leaveForLogin(reason: string): void {
  const { pathname, search } = window.location;
  if (PUBLIC_PAGES.test(pathname)) return;
  const page = RESET_DUE.test(reason) ? "/password-reset" : "/login";
  window.location.assign(`${page}?next=${encodeURIComponent(pathname + search)}`);
}

/** A second try may help: the network failed, or the server had an accident of its own. */
export function isRetryable(error: unknown): boolean {
  return isApiError(error) && (error.status === 0 || error.status >= 500);
}

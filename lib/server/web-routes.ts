import { routePath } from "../http/fleet-paths.ts";

/**
 * The names that requests to the console and the API are counted by, which must be few and fixed:
 * whoever sends a request chooses its path.
 */
export const API_SUBJECTS: ReadonlySet<string> = new Set([
  "activities",
  "as-of",
  "attest",
  "automations",
  "change_password",
  "config",
  "deliveries",
  "device",
  "enroll_secrets",
  "enrollment",
  "evidence",
  "exemptions",
  "gitops",
  "history",
  "host_summary",
  "hosts",
  "import",
  "labels",
  "login",
  "logout",
  "me",
  "perform_required_password_reset",
  "policies",
  "posture",
  "posture-history",
  "queries",
  "runs",
  "sessions",
  "settings",
  "setup",
  "spec",
  "sql",
  "status",
  "teams",
  "templates",
  "tokens",
  "translate",
  "users",
  "version",
]);

const API = /^\/api\/v1\/(?:fleet|muster)\/([\w-]+)/;
const OTHERS: readonly [name: string, path: RegExp][] = [
  ["asset", /^\/_next\//],
  ["auth", /^\/api\/auth\//],
  ["my device", /^\/device\//],
  ["version", /^\/version$/],
  ["unknown", /^\/api\//],
];

/** What a path is counted as: the subject of an API's path, by whichever of its names, or the kind of page. */
export function webRoute(path: string): string {
  const subject = API.exec(routePath(path))?.[1];
  if (subject && API_SUBJECTS.has(subject)) return subject;
  return OTHERS.find(([, pattern]) => pattern.test(path))?.[0] ?? "page";
}

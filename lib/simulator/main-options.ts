import { z } from "zod";
import type { EnrollTarget } from "./fleet.ts";

/** Secrets come by environment: every user of a machine can read the arguments of a process. */
export const secretsVariable = "MUSTER_SIMULATOR_SECRETS";

const string = { type: "string" } as const;
const boolean = { type: "boolean" } as const;

export const usage = {
  options: {
    server: string,
    hosts: string,
    seed: string,
    interval: string,
    spread: string,
    ca: string,
    control: string,
    state: string,
    "no-naps": boolean,
    "with-parent": boolean,
    help: boolean,
  },
  text: `Simulated hosts that speak osquery's protocol to a server.

  --server URL        the server, http:// or https:// (required)
  --hosts N           how many hosts (100)
  --seed TEXT         the same seed makes the same hosts (muster)
  --interval SECONDS  distributed_interval until the server's configuration says otherwise (10)
  --spread SECONDS    hosts come up evenly over this time (the interval)
  --ca FILE           PEM of the authority that signed the server's certificate
  --control SOCKET    unix socket that takes commands such as "muster simulate set"
  --state FILE        keeps node keys and changed tables through a restart
  --no-naps           no laptop ever goes to sleep
  --with-parent       stop when the parent process ends

${secretsVariable} holds the enroll secrets as JSON:
  [{"team": "Workstations", "secret": "...", "platforms": ["darwin", "windows"]}, ...]
"team" (null for none) is a label for people; "platforms" may be left out.`,
};

const targets = z
  .array(
    z.object({
      team: z.string().nullable().default(null),
      secret: z.string().min(1),
      platforms: z.array(z.enum(["darwin", "windows", "linux"])).optional(),
    }),
  )
  .min(1);

const values = z.object({
  server: z.url({ protocol: /^https?$/, error: "must be a URL with http:// or https://" }),
  hosts: z.coerce.number().int().min(1).max(100_000).default(100),
  seed: z.string().min(1).default("muster"),
  interval: z.coerce.number().int().min(1).max(86_400).default(10),
  spread: z.coerce.number().min(0).max(86_400).optional(),
  ca: z.string().optional(),
  control: z.string().optional(),
  state: z.string().optional(),
  "no-naps": z.boolean().default(false),
  "with-parent": z.boolean().default(false),
});

export interface MainOptions {
  serverUrl: string;
  enrollTargets: EnrollTarget[];
  hostCount: number;
  seed: string;
  intervalSeconds: number;
  startSpreadSeconds: number | undefined;
  caFile: string | undefined;
  controlSocketPath: string | undefined;
  stateFile: string | undefined;
  naps: boolean;
  withParent: boolean;
}

/** Throws an Error that names the wrong argument or variable. */
export function readMainOptions(
  given: Record<string, unknown>,
  environment: Record<string, string | undefined>,
): MainOptions {
  const parsed = values.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(`--${issue?.path.join(".")}: ${issue?.message}`);
  }
  const { data } = parsed;
  return {
    serverUrl: data.server,
    enrollTargets: readTargets(environment[secretsVariable]),
    hostCount: data.hosts,
    seed: data.seed,
    intervalSeconds: data.interval,
    startSpreadSeconds: data.spread,
    caFile: data.ca,
    controlSocketPath: data.control,
    stateFile: data.state,
    naps: !data["no-naps"],
    withParent: data["with-parent"],
  };
}

/** The value itself never gets into the message. */
function readTargets(text: string | undefined): EnrollTarget[] {
  try {
    return targets.parse(JSON.parse(text ?? ""));
  } catch {
    throw new Error(`${secretsVariable}: must be a JSON array of {"team", "secret"}; see --help`);
  }
}

import http from "node:http";

export interface HostSummary {
  index: number;
  hostname: string;
  computerName: string;
  uuid: string;
  serial: string;
  platform: string;
  team: string | null;
  online: boolean;
  enrolled: boolean;
  /** Tables that somebody changed. */
  changedTables: string[];
}

export interface SetReport {
  hostname: string;
  table: string;
  updatedRows: number;
  insertedRows: number;
}

/** Commands to a fleet that runs in another process. Each rejects with a message fit for people. */
export interface Control {
  list(): Promise<HostSummary[]>;
  /** A host is named by hostname, computer name, UUID, serial or index, in any case. */
  get(host: string, table: string): Promise<Record<string, unknown>[]>;
  /** `assignment`: TABLE.COLUMN=VALUE or TABLE[COLUMN=VALUE].COLUMN=VALUE. */
  set(host: string, assignment: string): Promise<SetReport>;
  /** `rows`: TABLE or TABLE[COLUMN=VALUE]. */
  remove(host: string, rows: string): Promise<{ removedRows: number }>;
  /** Undoes every change. */
  reset(host: string): Promise<HostSummary>;
  offline(host: string): Promise<HostSummary>;
  online(host: string): Promise<HostSummary>;
}

/** The simulator does all its work in memory; whoever waits longer talks to a hung process. */
const answerMillisecondsMax = 10_000;

/** Speaks to the simulator that listens on a unix socket. */
export function createControl(socketPath: string): Control {
  const ask = (method: string, path: string, body?: object) => send(socketPath, method, path, body);
  const at = (host: string, action: string) =>
    `/hosts/${encodeURIComponent(host)}/${action}` as const;
  return {
    list: () => ask("GET", "/hosts") as Promise<HostSummary[]>,
    get: (host, table) =>
      ask("GET", at(host, `tables/${encodeURIComponent(table)}`)) as Promise<
        Record<string, unknown>[]
      >,
    set: (host, assignment) => ask("POST", at(host, "set"), { assignment }) as Promise<SetReport>,
    remove: (host, rows) =>
      ask("POST", at(host, "remove"), { rows }) as Promise<{ removedRows: number }>,
    reset: (host) => ask("POST", at(host, "reset")) as Promise<HostSummary>,
    offline: (host) => ask("POST", at(host, "offline")) as Promise<HostSummary>,
    online: (host) => ask("POST", at(host, "online")) as Promise<HostSummary>,
  };
}

function send(socketPath: string, method: string, path: string, body?: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = http.request({ socketPath, method, path, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const answer = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { error?: string };
        if (response.statusCode === 200) resolve(answer);
        else reject(new Error(answer.error ?? `simulator answered ${response.statusCode}`));
      });
    });
    request.setTimeout(answerMillisecondsMax, () => request.destroy(new Error("no answer")));
    request.on("error", (cause) => reject(unreachable(socketPath, cause)));
    request.end(body ? JSON.stringify(body) : undefined);
  });
}

function unreachable(socketPath: string, cause: NodeJS.ErrnoException): Error {
  const nobody = cause.code === "ENOENT" || cause.code === "ECONNREFUSED";
  const message = nobody
    ? `no simulator is running here (nobody listens on ${socketPath})`
    : `cannot reach the simulator on ${socketPath}: ${cause.message}`;
  return new Error(message, { cause });
}

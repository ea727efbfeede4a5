import { chmod, mkdir, rm } from "node:fs/promises";
import http from "node:http";
import path from "node:path";
import { parseAssignment, parseRows } from "./assignment.ts";
import { createControl, type HostSummary } from "./control.ts";
import type { FleetMember } from "./fleet.ts";

export interface ControlServer {
  close(): Promise<void>;
}

export interface ControlServerOptions {
  socketPath: string;
  members: readonly FleetMember[];
  /** Called after a host's data changed. */
  onChange: () => void;
}

class ControlError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Unix sockets have a short name everywhere: 104 bytes on macOS, 108 on Linux. */
const socketPathBytesMax = 103;
const requestBytesMax = 64 * 1024;

/**
 * Listens on a unix socket that its owner alone may open. Throws when another simulator is there; a
 * socket file that a killed one left behind is replaced.
 */
export async function startControlServer(options: ControlServerOptions): Promise<ControlServer> {
  const { socketPath } = options;
  if (Buffer.byteLength(socketPath) > socketPathBytesMax) {
    throw new Error(`socket path is longer than ${socketPathBytesMax} bytes: ${socketPath}`);
  }
  await mkdir(path.dirname(socketPath), { recursive: true });
  if (await someoneListens(socketPath)) {
    throw new Error(`another simulator is running on ${socketPath}`);
  }
  await rm(socketPath, { force: true });
  const server = http.createServer((request, response) => {
    answer(request, options).then(
      (body) => reply(response, 200, body),
      (error: unknown) => reply(response, statusOf(error), { error: messageOf(error) }),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(socketPath, resolve);
  });
  await chmod(socketPath, 0o600);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function someoneListens(socketPath: string): Promise<boolean> {
  return createControl(socketPath)
    .list()
    .then(
      () => true,
      () => false,
    );
}

function reply(response: http.ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}

function statusOf(error: unknown): number {
  return error instanceof ControlError ? error.status : 400;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function answer(request: http.IncomingMessage, options: ControlServerOptions) {
  const { pathname } = new URL(request.url ?? "/", "http://simulator");
  const [collection, name, action, detail] = pathname
    .slice(1)
    .split("/")
    .map((part) => decodeURIComponent(part));
  if (collection !== "hosts") throw new ControlError(404, "no such command");
  if (name === undefined) return options.members.map(summarize);
  const member = findMember(options.members, name);
  if (request.method === "GET" && action === "tables" && detail) return tableOf(member, detail);
  if (request.method !== "POST" || !action) throw new ControlError(404, "no such command");
  const result = act(member, action, await readJson(request));
  options.onChange();
  return result;
}

function act(member: FleetMember, action: string, body: Record<string, unknown>): object {
  const { host, presence } = member;
  const now = new Date();
  if (action === "set") {
    const outcome = host.set(parseAssignment(String(body.assignment ?? "")), now);
    return { hostname: host.profile.hostname, ...outcome };
  }
  if (action === "remove") {
    const { table, filter } = parseRows(String(body.rows ?? ""));
    return { removedRows: host.remove(table, filter, now) };
  }
  if (action === "reset") host.reset();
  else if (action === "offline") presence.goOffline();
  else if (action === "online") presence.goOnline();
  else throw new ControlError(404, "no such command");
  return summarize(member);
}

function tableOf({ host }: FleetMember, table: string): object {
  if (!host.hasTable(table)) throw new ControlError(404, `no such table: ${table}`);
  return host.rowsOf(table.toLowerCase(), new Date());
}

function summarize({ host, agent, presence, team }: FleetMember): HostSummary {
  const { index, hostname, computerName, uuid, serial, platform } = host.profile;
  return {
    index,
    hostname,
    computerName,
    uuid,
    serial,
    platform,
    team,
    online: presence.isOnline(),
    enrolled: agent.nodeKey() !== "",
    changedTables: Object.keys(host.changedTables()),
  };
}

function findMember(members: readonly FleetMember[], name: string): FleetMember {
  const wanted = name.toLowerCase();
  const found = members.filter(({ host: { profile } }) =>
    [profile.hostname, profile.computerName, profile.uuid, profile.serial, String(profile.index)]
      .map((one) => one.toLowerCase())
      .includes(wanted),
  );
  const [member, another] = found;
  if (!member) throw new ControlError(404, `no simulated host is called "${name}"`);
  if (another) throw new ControlError(409, `more than one simulated host is called "${name}"`);
  return member;
}

async function readJson(request: http.IncomingMessage): Promise<Record<string, unknown>> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) {
    text += chunk;
    if (text.length > requestBytesMax) throw new ControlError(413, "request too large");
  }
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}

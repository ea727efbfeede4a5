import type { z } from "zod";
import type { HostDetailJson, HostJson, hostListReply, hostReply } from "#lib/hosts/json.ts";
import { CommandError, EXIT } from "./exit-codes.ts";
import type { Api } from "./invocation.ts";

type HostReply = z.output<typeof hostReply>;

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (error instanceof CommandError && error.exitCode === EXIT.notFound) return undefined;
    throw error;
  });
}

async function byDisplayName(api: Api, name: string): Promise<HostJson | undefined> {
  const query = { query: name, per_page: 100 };
  const { hosts } = await api.get<z.output<typeof hostListReply>>("/fleet/hosts", query);
  const found = hosts.filter((host) => host.display_name.toLowerCase() === name.toLowerCase());
  if (found.length > 1) {
    const hint = found.map(({ id, hostname, uuid }) => `${id}  ${hostname}  ${uuid}`).join("\n");
    throw new CommandError(EXIT.failed, `More than one host is called "${name}":`, hint);
  }
  return found[0];
}

/**
 * A host as people name it: host name, UUID, serial number, what osquery calls itself, id, or the
 * name that lists show. The server knows the first four, and they win.
 */
export async function findHost(api: Api, name: string): Promise<HostDetailJson> {
  const byId = (id: number | string) =>
    unlessMissing(api.get<HostReply>(`/fleet/hosts/${id}`)).then((answer) => answer?.host);
  const path = `/fleet/hosts/identifier/${encodeURIComponent(name)}`;
  const known = (await unlessMissing(api.get<HostReply>(path)))?.host;
  if (known) return known;
  const numbered = /^\d{1,10}$/.test(name) ? await byId(name) : undefined;
  if (numbered) return numbered;
  const named = await byDisplayName(api, name);
  const host = named && (await byId(named.id));
  if (host) return host;
  const hint = `muster hosts list --query ${JSON.stringify(name)} shows those that contain it.`;
  throw new CommandError(EXIT.notFound, `There is no host "${name}".`, hint);
}

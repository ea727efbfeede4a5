import type { HostProfile } from "../profile.ts";

export type Cell = string | number | null;
export type Row = Record<string, Cell>;

export interface Moment {
  /** When the simulated agent's process began; boot is earlier by the profile's uptime. */
  startedAt: Date;
  now: Date;
}

/** Makes a table's rows on demand: a fleet of thousands keeps profiles, not tables. */
export type TableBuilder = (host: HostProfile, moment: Moment) => Row[];
export type TableSet = Readonly<Record<string, TableBuilder>>;

export function unixSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

export function uptimeSeconds(host: HostProfile, moment: Moment): number {
  const ran = (moment.now.getTime() - moment.startedAt.getTime()) / 1000;
  return host.uptimeAtStartSeconds + Math.floor(ran);
}

export const flag = (yes: boolean): number => (yes ? 1 : 0);

import type { Executor } from "#db/client.ts";
import { readSettings } from "#lib/settings/settings.ts";
import type { Share, VerdictsJson } from "./schema.ts";

/** On a handful of hosts every change is a large share, and none is a surprise. */
const CONFIRM_HOSTS_MIN = 5;

/**
 * The largest part of the hosts in scope, before and after, that something happens to, and whether that
 * is past the set share. Answers that only begin anew are not among `hosts`: each edit of SQL would ask.
 */
export async function shareOf(
  executor: Executor,
  hosts: readonly number[],
  inScope: number,
): Promise<Share> {
  const { impactConfirmPercent } = await readSettings(executor);
  const largest = Math.max(0, ...hosts);
  const share = inScope > 0 ? Math.min(1, largest / inScope) : 0;
  return { share, confirm: share > impactConfirmPercent / 100 && largest >= CONFIRM_HOSTS_MIN };
}

export const flipping = ({ flips }: VerdictsJson): number =>
  flips.reduce((all, { hosts }) => all + hosts, 0);

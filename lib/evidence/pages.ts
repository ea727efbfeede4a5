/** A host that changes every minute has half a million rows a year, and this many are held. */
export const ROWS_PER_READ = 5_000;

/**
 * Rows of some hosts in pages of `limit`, in order of host. `read` gives the first ones of the hosts,
 * which are in order of id; with `after`, those of its one host that come behind it. So no statement
 * reads again what an earlier one read.
 */
export async function* pagesOfHosts<T extends { hostId: number }>(
  hostIds: readonly number[],
  limit: number,
  read: (hostIds: readonly number[], after: T | undefined) => Promise<T[]>,
): AsyncGenerator<T[]> {
  let left = hostIds;
  let after: T | undefined;
  while (left.length > 0) {
    const behind: T | undefined = after;
    const page = await read(behind ? [behind.hostId] : left, behind);
    yield page;
    const last = page.at(-1);
    if (last && page.length === limit) {
      left = left.filter((id) => id >= last.hostId);
      after = last;
    } else if (behind) {
      left = left.filter((id) => id > behind.hostId);
      after = undefined;
    } else return;
  }
}

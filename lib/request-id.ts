import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";

/** What load balancers make: UUIDs, hexadecimal, and what joins their parts. No spaces, no quotes. */
const REQUEST_ID = /^[\w.:=+/-]{1,64}$/;

/** On globalThis, because Next has copies of this module and the log is one. */
const holder = globalThis as { musterRequestIds?: AsyncLocalStorage<string> };

/** The id a client or load balancer gave the request, or a new one: whatever else stood there. */
export function requestIdOf(given: string | string[] | null | undefined): string {
  return typeof given === "string" && REQUEST_ID.test(given) ? given : randomUUID();
}

/** Puts the id into every line that is logged in `work`, also after it has returned. */
export function withRequestId<T>(requestId: string, work: () => T): T {
  holder.musterRequestIds ??= new AsyncLocalStorage();
  return holder.musterRequestIds.run(requestId, work);
}

export function currentRequestId(): string | undefined {
  return holder.musterRequestIds?.getStore();
}

import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";

/** What load balancers make: UUIDs, hexadecimal, and what joins their parts. No spaces, no quotes. */
const REQUEST_ID = /^[\w.:=+/-]{1,64}$/;

/** On globalThis, because Next has copies of this module and the log is one. */
const holder = globalThis as { musterRequestIds?: AsyncLocalStorage<string> };

type Given = string | string[] | null | undefined;

/** The id a client or load balancer gave the request, where it is fit for headers and logs. */
export function givenRequestId(given: Given): string | undefined {
  return typeof given === "string" && REQUEST_ID.test(given) ? given : undefined;
}

/** That id, or a new one. */
export function requestIdOf(given: Given): string {
  return givenRequestId(given) ?? randomUUID();
}

/** Puts the id into every line that is logged in `work`, also after it has returned. */
export function withRequestId<T>(requestId: string, work: () => T): T {
  holder.musterRequestIds ??= new AsyncLocalStorage();
  return holder.musterRequestIds.run(requestId, work);
}

export function currentRequestId(): string | undefined {
  return holder.musterRequestIds?.getStore();
}

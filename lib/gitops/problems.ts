import { AppError, type ErrorKind, isAppError } from "#lib/errors.ts";
import type { Warning } from "./schema.ts";

/** Who has more mistakes than this mends some and asks again. */
const PROBLEMS_MAX = 200;
/** These are about a thing in the list. Others, such as a missing permission, are about the request. */
const ABOUT_ITEMS: readonly ErrorKind[] = ["invalid", "bad_request", "conflict", "not_found"];

/** What is wrong, and what is doubtful, with its place in the request; told all at once. */
export class Problems {
  readonly warnings: Warning[] = [];
  private readonly found: { name: string; reason: string }[] = [];

  add(place: string, reason: string): void {
    this.found.push({ name: place, reason });
  }

  warn(place: string, message: string): void {
    this.warnings.push({ place, message });
  }

  /** Runs `work` for one thing. What it throws about the thing is kept; the answer is undefined then. */
  async at<T>(place: string, work: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!isAppError(error) || !ABOUT_ITEMS.includes(error.kind)) throw error;
      for (const { name, reason } of error.fields.slice(0, 1)) {
        this.add(name === "base" ? place : `${place}.${name}`, reason);
      }
      return undefined;
    }
  }

  /** Throws `invalid` with everything that was found. */
  settle(): void {
    if (this.found.length > 0) throw new AppError("invalid", this.found.slice(0, PROBLEMS_MAX));
  }
}

/** Adds a problem for each that has the key of one before it. */
export function requireDistinct<T>(
  problems: Problems,
  list: readonly T[],
  section: string,
  keyOf: (item: T) => string,
  what: (item: T) => string,
): void {
  const first = new Map<string, number>();
  for (const [index, item] of list.entries()) {
    const before = first.get(keyOf(item));
    if (before === undefined) first.set(keyOf(item), index);
    else problems.add(`${section}.${index}.name`, `${what(item)} is there twice`);
  }
}

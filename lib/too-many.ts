/** Where no place was left: among those of one host, or in all. */
type Crowd = "host" | "buffer";

/**
 * A refusal because too many wait already: nothing failed, and the same is taken later. Agents' are
 * counted as overload; to people it is one more way of not being available.
 */
export function tooMany(message: string, crowd: Crowd = "buffer"): Error {
  return Object.assign(new Error(message), { kind: "unavailable", crowd });
}

export function crowdOf(error: unknown): Crowd | undefined {
  return error instanceof Error && "crowd" in error ? (error.crowd as Crowd) : undefined;
}

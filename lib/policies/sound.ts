import { AppError, badRequest } from "#lib/errors.ts";
import { certainErrorOf } from "#lib/tables/tables.ts";
import { POLICY, SPEC } from "./invalid.ts";

/** Throws as for other fields when no host could run the query. It takes milliseconds: before any lock. */
export async function requireSound(query: string): Promise<void> {
  const error = await certainErrorOf(query);
  if (error === undefined) return;
  const reason = `policy query: ${error}`;
  throw new AppError("bad_request", [
    { name: "base", reason: `${POLICY}: ${reason}` },
    { name: "query", reason },
  ]);
}

/** The same of a spec, which is one of many. */
export async function requireSoundSpec(name: string, query: string): Promise<void> {
  const error = await certainErrorOf(query);
  if (error !== undefined) throw badRequest(`${SPEC}: query of policy "${name}": ${error}`);
}

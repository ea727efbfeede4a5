import JSON5 from "json5";
import { invalid } from "#lib/errors.ts";
import { type Fields, type Found, isFields, queryAsPolicy, type RowsMean } from "./import-found.ts";

/**
 * osquery's JSON is not quite JSON: it has comments, trailing commas and texts that go on after a
 * backslash at a line's end. JSON5 has all of it but lines that begin with #, which become blank here
 * so that errors keep their lines.
 */
function parse(content: string): unknown {
  try {
    return JSON5.parse(content.replace(/^[ \t]*#.*$/gm, ""));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw invalid("content", `This is not osquery's JSON: ${reason.replace(/^JSON5: /, "")}`);
  }
}

/** What a pack says of all of its queries, where they do not say it themselves. */
const inherited = ({ platform, version, shard }: Fields): Fields => ({ platform, version, shard });

function fromPack(pack: Fields, prefix: string, mean: RowsMean): Found[] {
  const discovery = Array.isArray(pack.discovery) ? pack.discovery.length : 0;
  const queries = isFields(pack.queries) ? pack.queries : {};
  return Object.entries(queries).map(([key, given]) => {
    const name = `${prefix}${key}`;
    const own = isFields(given) ? given : { query: given };
    if (discovery > 0) {
      const refusal =
        "its pack is for hosts that discovery queries find: make a label of those, and a policy by hand";
      return { kind: "query", name, notes: [], refusal };
    }
    const all = Object.entries(inherited(pack)).filter(([, value]) => value !== undefined);
    return queryAsPolicy("query", name, { ...Object.fromEntries(all), ...own }, mean);
  });
}

/** The queries of a pack, or of a configuration with a schedule and packs. */
export function findInPack(content: string, mean: RowsMean): Found[] {
  const given = parse(content);
  if (!isFields(given)) throw invalid("content", "A pack is an object with queries.");
  const packs = isFields(given.packs) ? Object.entries(given.packs) : [];
  const found = packs.flatMap(([name, pack]): Found[] => {
    if (isFields(pack)) return fromPack(pack, `${name}/`, mean);
    return [{ kind: "pack", name, notes: [], refusal: "it is in another file: import that" }];
  });
  const scheduled = isFields(given.schedule) ? { queries: given.schedule } : {};
  const all = [...fromPack(given, "", mean), ...fromPack(scheduled, "", mean), ...found];
  if (all.length === 0) throw invalid("content", "There are no queries in it.");
  return all;
}

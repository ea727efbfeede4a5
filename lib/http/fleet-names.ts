import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { badRequest } from "#lib/errors.ts";

/**
 * Keys that Fleet renamed in 4.82 (March 2026), when teams became fleets and queries reports: the old name, and the
 * new. Clients of both generations call us, so requests may use either name, and answers of Fleet's API have both.
 * Everything behind this file knows the old names alone.
 */
export const RENAMED: ReadonlyMap<string, string> = new Map([
  ["team", "fleet"],
  ["teams", "fleets"],
  ["team_id", "fleet_id"],
  ["team_ids", "fleet_ids"],
  ["team_ids_by_name", "fleet_ids_by_name"],
  ["team_name", "fleet_name"],
  ["available_teams", "available_fleets"],
  ["query_id", "report_id"],
  ["live_query_disabled", "live_reporting_disabled"],
  ["query_reports_disabled", "discard_reports_data"],
  ["query_report_cap", "report_cap"],
  ["org_logo_url", "org_logo_url_dark_mode"],
  ["org_logo_url_light_background", "org_logo_url_light_mode"],
]);

const NAMES_IN_URLS = new Set([...RENAMED].flat());

/**
 * Where renamed keys are in what a schema describes. By schema and not by key alone: agent options, rows of live
 * queries and other maps have keys that are their authors'.
 */
interface Places {
  renamed: [old: string, now: string][];
  /** By both names of the key. */
  inside: Map<string, Places>;
  /** In each item of a list, or each value of a map. */
  each?: Places;
}

/** Made once for each schema. Schemas are constants of their modules, so there are as many as routes. */
const placesOf = new WeakMap<z.core.$ZodType, Places | undefined>();

/** undefined: nothing in it is renamed, so nobody need walk it. */
function findPlaces(schema: z.core.$ZodType): Places | undefined {
  if (placesOf.has(schema)) return placesOf.get(schema);
  // Ends the search in a schema that contains itself.
  placesOf.set(schema, undefined);
  const places = placesIn((schema as z.core.$ZodTypes)._zod.def);
  placesOf.set(schema, places);
  return places;
}

function placesIn(def: z.core.$ZodTypes["_zod"]["def"]): Places | undefined {
  switch (def.type) {
    case "object":
      return placesInObject(def.shape);
    case "array":
      return placesInEach(def.element);
    case "record":
      return placesInEach(def.valueType);
    case "optional":
    case "nullable":
    case "default":
    case "prefault":
    case "nonoptional":
    case "readonly":
      return findPlaces(def.innerType);
    case "pipe":
      return findPlaces(def.in) ?? findPlaces(def.out);
    case "union":
      return def.options.map(findPlaces).find((places) => places !== undefined);
    default:
      return undefined;
  }
}

function placesInEach(schema: z.core.$ZodType): Places | undefined {
  const each = findPlaces(schema);
  return each && { renamed: [], inside: new Map(), each };
}

function placesInObject(shape: Record<string, z.core.$ZodType>): Places | undefined {
  const renamed: Places["renamed"] = [];
  const inside: Places["inside"] = new Map();
  for (const [key, schema] of Object.entries(shape)) {
    const now = RENAMED.get(key);
    const places = findPlaces(schema);
    if (now !== undefined && !(now in shape)) renamed.push([key, now]);
    if (places) for (const name of [key, now ?? key]) inside.set(name, places);
  }
  return renamed.length > 0 || inside.size > 0 ? { renamed, inside } : undefined;
}

type Fields = Record<string, unknown>;

/** A copy of `value` in which `rename` has seen every renamed key that there may be, inner objects first. */
function walk(
  { renamed, inside, each }: Places,
  value: unknown,
  rename: (fields: Fields, old: string, now: string) => void,
): unknown {
  if (Array.isArray(value)) return each ? value.map((one) => walk(each, one, rename)) : value;
  if (typeof value !== "object" || value === null) return value;
  const fields: Fields = { ...value };
  for (const key of each ? Object.keys(fields) : []) {
    if (each) fields[key] = walk(each, fields[key], rename);
  }
  for (const [key, places] of inside) {
    if (Object.hasOwn(fields, key)) fields[key] = walk(places, fields[key], rename);
  }
  for (const [old, now] of renamed) rename(fields, old, now);
  return fields;
}

type OnConflict = (old: string, now: string) => void;

const refuse: OnConflict = (old, now) => {
  throw badRequest(`Specify only one of "${old}" or "${now}"`);
};

/**
 * What came in for a schema, by the old names. Both names of a thing may be given where they say the same, as in an
 * answer of ours that is sent back.
 */
export function withOldNames(
  schema: z.ZodType,
  value: unknown,
  onConflict: OnConflict = refuse,
): unknown {
  const places = findPlaces(schema);
  if (!places) return value;
  return walk(places, value, (fields, old, now) => {
    if (!Object.hasOwn(fields, now)) return;
    const agrees = !Object.hasOwn(fields, old) || isDeepStrictEqual(fields[old], fields[now]);
    if (agrees) fields[old] = fields[now];
    else onConflict(old, now);
    delete fields[now];
  });
}

/** As withOldNames, of a URL's parameters, where an empty one counts as absent. */
export function withOldParameters(schema: z.ZodType, parameters: URLSearchParams): unknown {
  const given = [...parameters].filter(([name, text]) => text !== "" || !NAMES_IN_URLS.has(name));
  return withOldNames(schema, Object.fromEntries(given));
}

/** An answer, with the new name beside each old one. */
export function withBothNames<T>(schema: z.ZodType, value: T): T {
  const places = findPlaces(schema);
  if (!places) return value;
  return walk(places, value, (fields, old, now) => {
    if (Object.hasOwn(fields, old)) fields[now] = fields[old];
  }) as T;
}

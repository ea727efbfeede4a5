import { type OsquerySchema, osquerySchema } from "#lib/osquery/schema.ts";

/**
 * The tables that are completed and explained. Monaco asks without a component at hand, so what a
 * component has fetched is put here.
 */
let known: OsquerySchema = osquerySchema;

export const knownSchema = (): OsquerySchema => known;

export function rememberSchema(schema: OsquerySchema): void {
  known = schema;
}

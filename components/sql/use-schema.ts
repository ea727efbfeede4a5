"use client";

import { useQuery } from "@tanstack/react-query";
import { type OsquerySchema, osquerySchema } from "#lib/osquery/schema.ts";
import type { OsqueryTable } from "#lib/osquery/tables.ts";
import { schemaOptions } from "#lib/tables/client.ts";

const ALONE: { schema: OsquerySchema; learned: readonly OsqueryTable[] } = {
  schema: osquerySchema,
  learned: [],
};

/** What queries may read. Until hosts' extensions are known, and when they cannot be: osquery's tables. */
export const useSchema = () => useQuery(schemaOptions()).data ?? ALONE;

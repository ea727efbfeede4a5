import { api } from "#lib/http/client.ts";
import type { SqlCheck } from "#lib/osquery/check.ts";

export const fetchCheck = (query: string): Promise<SqlCheck> =>
  api.post<SqlCheck>("/muster/sql/check", { body: { query } });

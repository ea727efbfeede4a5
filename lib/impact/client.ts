import { api } from "#lib/http/client.ts";
import type { ImpactBody, ImpactJson } from "./schema.ts";

export const fetchImpact = (body: ImpactBody): Promise<ImpactJson> =>
  api.post<ImpactJson>("/muster/policies/impact", { body });

import { z } from "zod";
import { activityJson, pageMetaJson } from "#lib/activities/schema.ts";
import { secretJson } from "#lib/enroll-secrets/schema.ts";
import { hostDetailJson, hostJson, hostPolicyJson } from "#lib/hosts/json.ts";
import { policyJson } from "#lib/policies/schema.ts";
import { agentOptionsSchema } from "#lib/settings/schema.ts";
import { teamJson } from "#lib/teams/schema.ts";
import { sessionJson, teamSummary, userJson } from "#lib/users/schema.ts";

export type JsonSchema = Record<string, unknown>;

/** Objects that many answers contain, described once. */
const named = {
  Activity: activityJson,
  AgentOptions: agentOptionsSchema,
  EnrollSecret: secretJson,
  Host: hostJson,
  HostDetail: hostDetailJson,
  HostPolicy: hostPolicyJson,
  PageMeta: pageMetaJson,
  Policy: policyJson,
  Session: sessionJson,
  Team: teamJson,
  TeamSummary: teamSummary,
  User: userJson,
};

const registry = z.registry<{ id: string }>();
for (const [id, schema] of Object.entries(named)) registry.add(schema, { id });

interface Described {
  zodSchema: z.core.$ZodType;
  jsonSchema: JsonSchema;
}

/**
 * Leaves out what says nothing: Zod's regular expression of a date, the bounds of safe integers. What
 * `describe` says of a schema is in a registry that the names above keep Zod from looking into.
 */
function simplify({ zodSchema, jsonSchema }: Described): void {
  const described = z.globalRegistry.get(zodSchema)?.description;
  if (described) jsonSchema.description = described;
  if (jsonSchema.format === "date-time" || jsonSchema.format === "email") delete jsonSchema.pattern;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  delete jsonSchema.propertyNames;
}

/** As JSON Schema; named objects are references to the document's components. */
export function jsonSchema(schema: z.ZodType, io: "input" | "output"): JsonSchema {
  const { $schema, $defs, id, ...rest } = z.toJSONSchema(schema, {
    io,
    metadata: registry,
    unrepresentable: "any",
    override: simplify,
  });
  return JSON.parse(JSON.stringify(rest).replaceAll('"#/$defs/', '"#/components/schemas/'));
}

/** The named objects themselves. */
export function namedSchemas(): Record<string, JsonSchema> {
  const io = "output" as const;
  const options = { io, unrepresentable: "any", override: simplify, uri } as const;
  const { schemas } = z.toJSONSchema(registry, options);
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema, $id, id, ...schema }]) => [name, schema]),
  );
}

const uri = (id: string) => `#/components/schemas/${id}`;

import { z } from "zod";
import { activityJson, pageMetaJson } from "#lib/activities/schema.ts";
import { secretJson } from "#lib/enroll-secrets/schema.ts";
import { hostDetailJson, hostJson, hostPolicyJson } from "#lib/hosts/json.ts";
import { RENAMED } from "#lib/http/fleet-names.ts";
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

/**
 * The new names of what Fleet renamed, as requests may have them instead and answers of its API have them too. Not
 * required of answers: Muster's own have the old names alone.
 */
function addNewNames(schema: JsonSchema, io: "input" | "output"): void {
  const { properties, required = [] } = schema as {
    properties?: Record<string, unknown>;
    required?: string[];
  };
  if (!properties) return;
  const renamed = [...RENAMED].filter(([old, now]) => old in properties && !(now in properties));
  for (const [old, now] of renamed) properties[now] = properties[old];
  const either = renamed.filter(([old]) => io === "input" && required.includes(old));
  if (either.length === 0) return;
  const olds = either.map(([old]) => old);
  schema.required = required.filter((name) => !olds.includes(name));
  schema.allOf = either.map((names) => ({ anyOf: names.map((name) => ({ required: [name] })) }));
}

type Override = Parameters<typeof simplify>[0];

/** As JSON Schema; named objects are references to the document's components. */
export function jsonSchema(
  schema: z.ZodType,
  io: "input" | "output",
  { bothNames = io === "input" } = {},
): JsonSchema {
  const { $schema, $defs, id, ...rest } = z.toJSONSchema(schema, {
    io,
    metadata: registry,
    unrepresentable: "any",
    override: (at) => {
      simplify(at);
      if (bothNames) addNewNames(at.jsonSchema, io);
    },
  });
  return JSON.parse(JSON.stringify(rest).replaceAll('"#/$defs/', '"#/components/schemas/'));
}

/** The named objects themselves. */
export function namedSchemas(): Record<string, JsonSchema> {
  const io = "output" as const;
  const override = (at: Override) => {
    simplify(at);
    addNewNames(at.jsonSchema, io);
  };
  const options = { io, unrepresentable: "any", override, uri } as const;
  const { schemas } = z.toJSONSchema(registry, options);
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema, $id, id, ...schema }]) => [name, schema]),
  );
}

const uri = (id: string) => `#/components/schemas/${id}`;

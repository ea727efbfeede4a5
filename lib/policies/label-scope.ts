import type { Executor } from "#db/client.ts";
import type { LabelScope } from "#db/schema/policies.ts";
import { badRequest, invalid } from "#lib/errors.ts";
import { labelIdsOf } from "#lib/labels/label-sets.ts";
import { selectLabelsById, selectLabelsByName } from "#lib/labels/sql.ts";
import {
  LABEL_KEYS,
  LABEL_RULES,
  type LabelKey,
  type LabelLists,
  type LabelListsJson,
  overlapOf,
} from "./label-fields.ts";

export type LabelNames = ReadonlyMap<number, string>;

const NONE: LabelNames = new Map();

/** What the labels are called that some rules name. */
export async function readLabelNames(
  executor: Executor,
  policies: readonly { labelScope?: LabelScope | null }[],
): Promise<LabelNames> {
  const ids = policies.flatMap(({ labelScope }) => labelIdsOf(labelScope ?? null));
  if (ids.length === 0) return NONE;
  const labels = await selectLabelsById(executor, [...new Set(ids)]);
  return new Map(labels.map(({ id, name }) => [id, name]));
}

export async function readLabelIds(
  executor: Executor,
  policies: readonly LabelLists[],
): Promise<ReadonlyMap<string, number>> {
  const names = policies.flatMap((lists) => LABEL_KEYS.flatMap((key) => lists[key] ?? []));
  const labels = await selectLabelsByName(executor, [...new Set(names)]);
  return new Map(labels.map(({ id, name }) => [name, id]));
}

const listOf = (scope: LabelScope | null | undefined, key: LabelKey) =>
  scope?.[LABEL_RULES[key]] ?? [];

function fromLists(of: (key: LabelKey) => object): LabelListsJson {
  return Object.fromEntries(LABEL_KEYS.map((key) => [key, of(key)])) as LabelListsJson;
}

export const serializeLabelScope = (scope: LabelScope | null, names: LabelNames): LabelListsJson =>
  fromLists((key) => listOf(scope, key).map((id) => ({ id, name: names.get(id) ?? `#${id}` })));

/** The lists as people write them, for an activity; nothing where nothing is said of the rules. */
export function auditLabels(scope: LabelScope | null | undefined, names: LabelNames) {
  const of = (key: LabelKey) =>
    scope === undefined ? undefined : listOf(scope, key).map((id) => names.get(id) ?? `#${id}`);
  return Object.fromEntries(LABEL_KEYS.map((key) => [key, of(key)]));
}

/** Who hears of what is wrong: Fleet answers files with one kind of error and forms with another. */
export interface LabelProblems {
  prefix: string;
  unknown: (key: LabelKey, name: string) => Error;
}

export const POLICY_PROBLEMS: LabelProblems = {
  prefix: "policy payload verification",
  unknown: (key, name) => invalid(key, `label "${name}" does not exist`),
};
export const SPEC_PROBLEMS: LabelProblems = {
  prefix: "policy spec payload verification",
  unknown: (_key, name) =>
    badRequest(`policy spec payload verification: label "${name}" does not exist`),
};

/**
 * The rules that lists of names say, over those that are in force: a list that is absent stays. Ids in
 * order, so that equal rules are equal JSON. undefined: nothing is said.
 */
export function labelScopeOf(
  lists: LabelLists,
  ids: ReadonlyMap<string, number>,
  problems: LabelProblems,
  before: LabelScope | null = null,
): LabelScope | null | undefined {
  if (LABEL_KEYS.every((key) => lists[key] === undefined || lists[key] === null)) return undefined;
  const scope: LabelScope = {};
  for (const key of LABEL_KEYS) {
    const named = lists[key]?.map((name) => {
      const id = ids.get(name);
      if (id === undefined) throw problems.unknown(key, name);
      return id;
    });
    const chosen = [...new Set(named ?? listOf(before, key))].sort((a, b) => a - b);
    if (chosen.length > 0) scope[LABEL_RULES[key]] = chosen;
  }
  requireApart(scope, ids, problems);
  return Object.keys(scope).length > 0 ? scope : null;
}

function requireApart(
  scope: LabelScope,
  ids: ReadonlyMap<string, number>,
  { prefix }: LabelProblems,
): void {
  const names = new Map([...ids].map(([name, id]) => [id, name]));
  const overlap = overlapOf(auditLabels(scope, names) as LabelLists);
  if (overlap === undefined) return;
  throw badRequest(
    `${prefix}: label "${overlap}" cannot appear in both an include and an exclude list`,
  );
}

import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { invalid } from "#lib/errors.ts";
import { withOldNames } from "#lib/http/fleet-names.ts";
import { policySpec } from "#lib/policies/schema.ts";
import {
  type Fields,
  type Found,
  intervalOf,
  isFields,
  queryAsPolicy,
  type RowsMean,
} from "./import-found.ts";

function contentsOf(content: string): unknown[] {
  const parsed = parseAllDocuments(content);
  const documents = Array.isArray(parsed) ? parsed : [];
  const error = documents.flatMap((document) => document.errors)[0];
  if (error) throw invalid("content", `This is not YAML: ${error.message}`);
  try {
    return documents.map((document) => document.toJS() as unknown);
  } catch (cause) {
    throw invalid("content", `This is not YAML: ${cause instanceof Error ? cause.message : cause}`);
  }
}

interface Item {
  kind: string;
  spec: Fields;
  /** Why it cannot be taken, whatever it is. */
  refusal?: string;
}

const KINDS = { policies: "policy", queries: "query", reports: "query", labels: "label" };

/** The items of a document with kind and spec, or of a file for fleetctl gitops. */
function itemsOf(content: unknown): Item[] {
  if (content === null) return [];
  if (!isFields(content)) throw invalid("content", "A document has the keys kind and spec.");
  if (typeof content.kind === "string") {
    const kind = content.kind.trim().toLowerCase();
    const spec = isFields(content.spec) ? content.spec : {};
    return [{ kind: kind === "report" ? "query" : kind, spec }];
  }
  if (!Object.keys(KINDS).some((key) => key in content)) {
    throw invalid("content", "A document has the keys kind and spec.");
  }
  const team = typeof content.name === "string" ? { team: content.name } : {};
  const listed = Object.entries(KINDS).flatMap(([key, kind]) =>
    entriesOf(content[key]).map((entry) => itemOf(kind, entry, team)),
  );
  const foreign = Object.entries(content).filter(
    ([key, value]) => !(key in KINDS) && key !== "name" && !isNothing(value),
  );
  return [...listed, ...foreign.map(([kind]) => ({ kind, spec: {}, refusal: NOT_IMPORTED }))];
}

const NOT_IMPORTED = "this is not imported: use muster policies apply, or muster gitops";

const isNothing = (value: unknown) =>
  value === null || (typeof value === "object" && Object.keys(value as object).length === 0);

/** What is no list is one entry, to be refused. */
function entriesOf(value: unknown): unknown[] {
  if (value === undefined || isNothing(value)) return [];
  return Array.isArray(value) ? value : [value];
}

function itemOf(kind: string, entry: unknown, team: Fields): Item {
  if (!isFields(entry)) {
    return { kind, spec: {}, refusal: `a ${kind} has keys such as name: this is none` };
  }
  if (!("name" in entry) && ("path" in entry || "paths" in entry)) {
    const name = String(entry.path ?? entry.paths);
    return { kind, spec: { name }, refusal: "it is in another file: import that" };
  }
  return { kind, spec: { ...team, ...entry } };
}

/** Policies, queries and labels name their team, or fleet as Fleet says since 4.82. */
const ofTeam = z.looseObject({ team: z.unknown() });

function byOldNames(item: Item): Item {
  let { refusal } = item;
  const spec = withOldNames(ofTeam, item.spec, (old, now) => {
    refusal ??= `it has "${old}" and "${now}", which differ`;
  });
  return { ...item, spec: spec as Fields, refusal };
}

const nameOf = (spec: Fields) => (typeof spec.name === "string" ? spec.name.trim() : "");
const KEYS = Object.keys(policySpec.shape);

function fromPolicy(given: Fields): Found {
  const foreign = Object.keys(given).filter((key) => !KEYS.includes(key));
  const said = foreign.filter((key) => given[key]);
  const were = said.length === 1 ? "was" : "were";
  const notes =
    said.length > 0 ? [`${said.join(", ")} ${were} left out: Muster does not do this`] : [];
  const kept = Object.entries(given).filter(([key]) => !foreign.includes(key) && key !== "reason");
  return { kind: "policy", name: nameOf(given), notes, policy: Object.fromEntries(kept) };
}

function fromQuery(spec: Fields, mean: RowsMean): Found {
  const found = queryAsPolicy("query", nameOf(spec), spec, mean);
  const { team, labels_include_any } = spec;
  if (found.policy) Object.assign(found.policy, { team, labels_include_any });
  return found;
}

/** Packs of 2017 schedule queries of their file: those become policies, at the pack's interval. */
function fromPack(spec: Fields, queries: readonly Found[]): Found {
  const scheduled = Array.isArray(spec.queries) ? spec.queries.filter(isFields) : [];
  for (const entry of scheduled) {
    const query = queries.find(({ name }) => name === String(entry.query ?? "").trim());
    if (query?.policy && query.policy.interval === null) {
      query.policy.interval = intervalOf(entry.interval, query);
    }
  }
  const refusal = "a pack is a schedule: the queries of this file are imported, at its intervals";
  return { kind: "pack", name: nameOf(spec), notes: [], refusal };
}

/** A label of Fleet's may be one team's. */
function fromLabel({ team, ...label }: Fields): Found {
  const notes = team ? [`team "${team}" was left out: labels are of all teams here`] : [];
  return { kind: "label", name: nameOf(label), notes, label };
}

function fromItem({ kind, spec, refusal }: Item, mean: RowsMean): Found {
  if (!refusal && kind === "policy") return fromPolicy(spec);
  if (!refusal && kind === "query") return fromQuery(spec, mean);
  if (!refusal && kind === "label") return fromLabel(spec);
  return { kind, name: nameOf(spec) || kind, notes: [], refusal: refusal ?? NOT_IMPORTED };
}

/** What Fleet's YAML holds: documents with kind and spec, or a file for fleetctl gitops. */
export function findInFleet(content: string, mean: RowsMean): Found[] {
  const items = contentsOf(content).flatMap(itemsOf).map(byOldNames);
  if (items.length === 0) throw invalid("content", "There is nothing in it.");
  const found = items.filter(({ kind }) => kind !== "pack").map((item) => fromItem(item, mean));
  const queries = found.filter(({ kind }) => kind === "query");
  const packs = items.filter(({ kind }) => kind === "pack");
  return [...found, ...packs.map(({ spec }) => fromPack(spec, queries))];
}

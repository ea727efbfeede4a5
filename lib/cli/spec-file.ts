import { CommandError, EXIT } from "./exit-codes.ts";
import { type Path, parseYaml } from "./yaml-text.ts";

/** One document of a file. */
export interface SpecDocument {
  kind: string;
  spec: unknown;
  /** `file:line:column` of what is at a path of the document, or of the nearest thing above it. */
  place: (path: Path) => string;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function hintFor(content: unknown): string {
  if (isObject(content) && ("policies" in content || "queries" in content)) {
    return "This looks like a file for muster gitops -f FILE. Here, write one document per policy, with apiVersion, kind and spec.";
  }
  return "A document has the keys apiVersion, kind and spec; docs/cli.md has an example.";
}

function toSpecDocument(content: unknown, place: SpecDocument["place"]): SpecDocument {
  const { kind, spec } = isObject(content) ? content : {};
  if (typeof kind !== "string" || !isObject(spec)) {
    const missing = typeof kind === "string" ? "spec" : "kind";
    const message = `${place([])}: this document has no ${missing}.`;
    throw new CommandError(EXIT.usage, message, hintFor(content));
  }
  return { kind: kind.trim().toLowerCase(), spec, place };
}

/**
 * The documents of a YAML file (JSON is YAML too), empty ones left out. Throws CommandError with all
 * that is wrong, each with line and column.
 */
export function readDocuments(file: string, text: string): SpecDocument[] {
  return parseYaml(file, text).flatMap(({ content, place }) => {
    const said = content();
    return said === null ? [] : [toSpecDocument(said, place)];
  });
}

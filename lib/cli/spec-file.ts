import { type Document, isMap, isNode, isScalar, LineCounter, parseAllDocuments } from "yaml";
import { CommandError, EXIT } from "./exit-codes.ts";

export type Path = readonly PropertyKey[];

/** One document of a file. */
export interface SpecDocument {
  kind: string;
  spec: unknown;
  /** `file:line:column` of what is at a path of the document, or of the nearest thing above it. */
  place: (path: Path) => string;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Offset of a key or item in the text; that of its parent when it is not there. */
function offsetOf(document: Document, path: Path): number {
  let offset = document.contents?.range?.[0] ?? document.range?.[0] ?? 0;
  for (let length = 1; length <= path.length; length++) {
    const parent: unknown = document.getIn(path.slice(0, length - 1), true);
    const step = path[length - 1];
    const pair = isMap(parent)
      ? parent.items.find(({ key }) => isScalar(key) && key.value === step)
      : undefined;
    const node = pair ? pair.key : document.getIn(path.slice(0, length), true);
    if (!isNode(node) || !node.range) break;
    offset = node.range[0];
  }
  return offset;
}

function hintFor(content: unknown): string {
  if (isObject(content) && ("policies" in content || "queries" in content)) {
    return "This looks like a file for fleetctl gitops. Write one document per policy, with apiVersion, kind and spec.";
  }
  return "A document has the keys apiVersion, kind and spec; docs/cli.md has an example.";
}

/** What the document says. Aliases can make a small file huge; the parser's bound refuses those. */
function contentOf(document: Document, file: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(EXIT.usage, `${file}: ${reason}`, "", cause);
  }
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
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  const documents = Array.isArray(parsed) ? parsed : [];
  const placeOf = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const errors = documents.flatMap((document) => document.errors);
  if (errors.length > 0) {
    const messages = errors.map((error) => `${placeOf(error.pos[0])}: ${error.message}`);
    throw new CommandError(EXIT.usage, messages.join("\n"));
  }
  return documents.flatMap((document) => {
    const content = contentOf(document, file);
    const place = (path: Path) => placeOf(offsetOf(document, path));
    return content === null ? [] : [toSpecDocument(content, place)];
  });
}

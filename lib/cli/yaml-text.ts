import { type Document, isMap, isNode, isScalar, LineCounter, parseAllDocuments } from "yaml";
import { CommandError, EXIT } from "./exit-codes.ts";

export type Path = readonly PropertyKey[];

/** One document of a YAML text. */
export interface YamlDocument {
  document: Document;
  /** Read when asked for, so that what was expanded meanwhile is in it. */
  content: () => unknown;
  /** `file:line:column` of what is at a path of the document, or of the nearest thing above it. */
  place: (path: Path) => string;
  /** The same of an offset in the text. */
  placeAt: (offset: number) => string;
}

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

/** What the document says. Aliases can make a small file huge; the parser's bound refuses those. */
function contentOf(document: Document, file: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(EXIT.usage, `${file}: ${reason}`, "", cause);
  }
}

/**
 * The documents of a YAML text (JSON is YAML too), empty ones as well. Throws CommandError with all
 * that is wrong, each with line and column.
 */
export function parseYaml(file: string, text: string): YamlDocument[] {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  const documents = Array.isArray(parsed) ? parsed : [];
  const placeAt = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const errors = documents.flatMap((document) => document.errors);
  if (errors.length > 0) {
    const messages = errors.map((error) => `${placeAt(error.pos[0])}: ${error.message}`);
    throw new CommandError(EXIT.usage, messages.join("\n"));
  }
  return documents.map((document) => ({
    document,
    content: () => contentOf(document, file),
    place: (path) => placeAt(offsetOf(document, path)),
    placeAt,
  }));
}

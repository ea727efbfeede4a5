import { isPair, isScalar, type Scalar, visit } from "yaml";
import type { Variables } from "./terminal.ts";
import type { YamlDocument } from "./yaml-text.ts";

/** `$NAME` and `${NAME}`, with the backslashes before it; also a `$` that is no variable. */
const REFERENCE = /(\\*)\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})?/g;
/** Prose, in which a $ is a $. As in Fleet. */
const NOT_EXPANDED: readonly unknown[] = ["description", "resolution"];
/** What a whole value without quotes may become besides text. */
const NOT_TEXT = /^(?:-?\d+(?:\.\d+)?|true|false|null)$/;

interface Expansion {
  text: string;
  missing: string[];
}

/** An odd number of backslashes escapes the $ and is halved; an even one stays as it is. As in Fleet. */
export function expand(text: string, variables: Variables): Expansion {
  const missing: string[] = [];
  const expanded = text.replace(
    REFERENCE,
    (whole: string, slashes: string, plain?: string, braced?: string) => {
      if (slashes.length % 2 === 1) return whole.slice((slashes.length + 1) / 2);
      const name = plain ?? braced;
      if (name === undefined) return whole;
      const value = variables[name];
      if (value === undefined) missing.push(name);
      return slashes + (value ?? "");
    },
  );
  return { text: expanded, missing };
}

/** What `expand` turns into `text` again, whatever is in it. */
export const escaped = (text: string): string =>
  text.replace(REFERENCE, (whole: string, slashes: string, plain?: string, braced?: string) => {
    const isName = plain !== undefined || braced !== undefined;
    if (!isName && slashes.length % 2 === 0) return whole;
    return "\\".repeat(slashes.length * 2 + 1) + whole.slice(slashes.length);
  });

/** The value of a node: text, or where a variable without quotes is all of it, what that says. */
function read(node: Scalar, before: string, after: string): unknown {
  const isWhole = node.type === "PLAIN" && /^\$(?:\w+|\{\w+\})$/.test(before);
  return isWhole && NOT_TEXT.test(after) ? JSON.parse(after) : after;
}

/**
 * Puts environment variables into the values of a document: after parsing, so that no value of a
 * variable is taken for YAML, and not into comments and keys. Returns what is wrong, with places.
 */
export function expandVariables(
  { document, placeAt }: YamlDocument,
  source: string,
  variables: Variables,
): string[] {
  const problems: string[] = [];
  visit(document, {
    Scalar(key, node, ancestors) {
      if (key === "key" || typeof node.value !== "string" || !node.value.includes("$")) return;
      const inProse = ancestors.some(
        (one) => isPair(one) && isScalar(one.key) && NOT_EXPANDED.includes(one.key.value),
      );
      if (inProse) return;
      const { text, missing } = expand(node.value, variables);
      for (const name of missing) {
        const start = node.range?.[0] ?? 0;
        const found = [`$${name}`, `\${${name}}`].map((one) => source.indexOf(one, start));
        const offset = Math.min(...found.filter((at) => at >= 0), source.length);
        problems.push(`${placeAt(offset)}: the environment variable ${name} is not set.`);
      }
      node.value = read(node, node.value, text);
    },
  });
  return problems;
}

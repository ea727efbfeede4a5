import type { z } from "zod";
import { type GitopsBody, gitopsBody } from "#lib/gitops/schema.ts";
import { CommandError, EXIT } from "./exit-codes.ts";
import { type Collected, GitopsCollector, placeOf } from "./gitops-document.ts";
import { findGitopsFiles } from "./gitops-files.ts";
import { GitopsSource } from "./gitops-source.ts";
import { nearestOf } from "./nearest.ts";
import type { Variables } from "./terminal.ts";

interface ReadOptions {
  variables: Variables;
  /** Leaves out, with a warning, the keys that nobody knows. */
  allowUnknownKeys?: boolean;
}

const KEYS: Record<string, string[]> = {
  policies: Object.keys(gitopsBody.shape.policies.unwrap().element.shape),
  labels: Object.keys(gitopsBody.shape.labels.unwrap().element.shape),
  exemptions: Object.keys(gitopsBody.shape.exemptions.unwrap().element.shape),
};

type UnknownKeys = Extract<z.core.$ZodIssue, { code: "unrecognized_keys" }>;

const withKey = (path: readonly PropertyKey[], key: string) => [...path, key].join(".");

function unknownKeyTexts({ path, keys }: UnknownKeys, { places }: Collected): string[] {
  return keys.map((key) => {
    const near = nearestOf(key, KEYS[String(path[0])] ?? []);
    const hint = near ? ` Did you mean "${near}"?` : "";
    return `${placeOf(places, withKey(path, key)) ?? path.join(".")}: there is no key "${key}".${hint}`;
  });
}

function dropKeys(body: GitopsBody, { path, keys }: UnknownKeys): void {
  let at: unknown = body;
  for (const step of path) at = (at as Record<PropertyKey, unknown>)[step];
  for (const key of keys) delete (at as Record<string, unknown>)[key];
}

/** What the server's own schema says of it, before anything is sent. */
function check(collected: Collected, { allowUnknownKeys }: ReadOptions): void {
  const { body, places, problems, warnings } = collected;
  for (const issue of gitopsBody.safeParse(body).error?.issues ?? []) {
    if (issue.code !== "unrecognized_keys") {
      const name = issue.path.join(".");
      problems.push(`${placeOf(places, name) ?? name}: ${issue.message}`);
    } else if (allowUnknownKeys) {
      warnings.push(...unknownKeyTexts(issue, collected));
      dropKeys(body, issue);
    } else problems.push(...unknownKeyTexts(issue, collected));
  }
}

/**
 * What files (or the files of a folder) ask for. Throws CommandError with everything that is wrong
 * with them, each with its place.
 */
export async function readGitops(
  given: readonly string[],
  options: ReadOptions,
): Promise<Collected> {
  const source = new GitopsSource(options.variables);
  const collector = new GitopsCollector(source);
  for (const file of await findGitopsFiles(given)) await collector.add(file);
  const { collected } = collector;
  check(collected, options);
  const problems = [...source.problems, ...collected.problems];
  if (problems.length > 0) {
    throw new CommandError(EXIT.usage, problems.join("\n"), "Nothing was sent.");
  }
  return collected;
}

import { dirname, join } from "node:path";
import { filesLike, readText } from "./gitops-files.ts";
import type { Variables } from "./terminal.ts";
import { type Path, parseYaml } from "./yaml-text.ts";
import { expandVariables } from "./yaml-variables.ts";

export type Fields = Record<string, unknown>;

/** A value of a file, and where it and what is in it stands. */
export interface Placed<T = unknown> {
  value: T;
  /** `file:line:column`. */
  place: (path: Path) => string;
}

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const within = ({ place }: Placed, ...steps: Path): Placed["place"] => {
  return (path) => place([...steps, ...path]);
};

/** Reads files and what they include; collects what is wrong with them. */
export class GitopsSource {
  readonly problems: string[] = [];
  private readonly variables: Variables;

  constructor(variables: Variables) {
    this.variables = variables;
  }

  async read(file: string): Promise<Placed> {
    const text = await readText(file);
    const [first, ...others] = parseYaml(file, text);
    if (!first) return { value: null, place: () => file };
    if (others.length > 0) {
      this.problems.push(`${file}: one document is one file; what follows --- is another.`);
    }
    this.problems.push(...expandVariables(first, text, this.variables));
    return { value: first.content(), place: first.place };
  }

  /** What is under a key; `path: FILE` under it stands for what is in the file. */
  async section(file: string, root: Placed<Fields>, key: string): Promise<Placed> {
    const value = root.value[key];
    const here = { value, place: within(root, key) };
    if (!isFields(value) || Object.keys(value).join() !== "path") return here;
    const [included] = await this.included(file, { value: value.path, place: here.place });
    return included ?? { value: undefined, place: here.place };
  }

  /** The items of a list under a key, those of included files in their place. */
  async items(file: string, root: Placed<Fields>, key: string): Promise<Placed<Fields>[]> {
    const list = root.value[key];
    const place = within(root, key);
    if (list === null || list === undefined) return [];
    if (!Array.isArray(list)) {
      this.problems.push(`${place([])}: "${key}" must be a list.`);
      return [];
    }
    const items: Placed<Fields>[] = [];
    for (const [index, value] of list.entries()) {
      const item = { value, place: within(root, key, index) };
      if (isInclude(value)) items.push(...(await this.includedItems(file, item)));
      else this.push(items, item);
    }
    return items;
  }

  private push(items: Placed<Fields>[], { value, place }: Placed): void {
    if (isFields(value)) items.push({ value, place });
    else this.problems.push(`${place([])}: this must have keys and values, such as name: ...`);
  }

  private async includedItems(
    file: string,
    { value, place }: Placed<Fields>,
  ): Promise<Placed<Fields>[]> {
    const items: Placed<Fields>[] = [];
    const files = await this.included(file, { value: value.path ?? value.paths, place });
    for (const root of files) {
      const list = root.value ?? [];
      if (!Array.isArray(list)) this.problems.push(`${root.place([])}: this file must be a list.`);
      else {
        for (const [index, one] of list.entries()) {
          const item = { value: one, place: within(root, index) };
          if (isInclude(one)) {
            this.problems.push(`${item.place([])}: an included file may not include others.`);
          } else this.push(items, item);
        }
      }
    }
    return items;
  }

  /** The files that a path (or a pattern) beside a file names. */
  private async included(file: string, { value, place }: Placed): Promise<Placed[]> {
    const patterns = Array.isArray(value) ? value : [value];
    const found: Placed[] = [];
    for (const pattern of patterns) {
      if (typeof pattern !== "string" || pattern.trim() === "") {
        this.problems.push(`${place([])}: "path" must name a file.`);
        continue;
      }
      const files = await filesLike(join(dirname(file), pattern));
      if (files.length === 0) this.problems.push(`${place([])}: no file is like ${pattern}.`);
      for (const one of files) {
        const read = await this.read(one).catch((error: Error) => {
          this.problems.push(`${place([])}: ${error.message}`);
        });
        if (read) found.push(read);
      }
    }
    return found;
  }
}

const isInclude = (value: unknown): value is Fields =>
  isFields(value) && Object.keys(value).length === 1 && ("path" in value || "paths" in value);

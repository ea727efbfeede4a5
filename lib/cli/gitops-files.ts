import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { CommandError, EXIT } from "./exit-codes.ts";

/** Names of Fleet's two generations. */
const TEAM_FOLDERS = ["teams", "fleets"];
const GLOBAL_FILES = ["default.yml", "default.yaml"];
const EXTENSIONS = [".yml", ".yaml"];
/** Nobody keeps more; whoever names / by mistake hears of it soon. */
const FILES_MAX = 2_000;
const FILE_BYTES_MAX = 16 * 1024 * 1024;

const usage = (message: string, hint = "") => new CommandError(EXIT.usage, message, hint);

const isYaml = (file: string) => EXTENSIONS.includes(extname(file).toLowerCase());

async function listed(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter(isYaml)
    .sort()
    .map((name) => join(folder, name));
}

async function filesOf(given: string): Promise<string[]> {
  const found = await stat(given).catch((error: Error) => {
    throw usage(`${given} cannot be read: ${error.message}`);
  });
  if (!found.isDirectory()) return [given];
  const top = (await listed(given)).filter((file) => GLOBAL_FILES.includes(basename(file)));
  const ofTeams = await Promise.all(TEAM_FOLDERS.map((folder) => listed(join(given, folder))));
  const files = [...top, ...ofTeams.flat()];
  if (files.length > 0) return files;
  const hint = "A folder has default.yml, and a file for each team in teams/ or fleets/.";
  throw usage(`${given} has no files for gitops.`, hint);
}

/** The files that -f names: a folder stands for those of Fleet's layout in it. */
export async function findGitopsFiles(given: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const one of given) files.push(...(await filesOf(one)));
  if (files.length > FILES_MAX) throw usage(`There are more than ${FILES_MAX} files.`);
  return [...new Set(files)];
}

export async function readText(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > FILE_BYTES_MAX) throw new Error(`it has more than ${FILE_BYTES_MAX} bytes`);
    return await readFile(file, "utf8");
  } catch (error) {
    throw usage(`${file} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}

/** `lib/*.yml` in the last part of a path; enough for folders of policies, and simple to foresee. */
export async function filesLike(pattern: string): Promise<string[]> {
  const name = basename(pattern);
  if (!name.includes("*")) return [pattern];
  const parts = name.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  const matches = new RegExp(`^${parts.join(".*")}$`);
  return (await listed(dirname(pattern))).filter((file) => matches.test(basename(file)));
}

/** Whether a path is that of a team's file by where it lies. */
export const isTeamFile = (file: string) => TEAM_FOLDERS.includes(basename(dirname(file)));
/** The files of the hosts in no team. */
export const isNoTeamFile = (file: string) =>
  ["no-team", "unassigned"].includes(basename(file, extname(file)));

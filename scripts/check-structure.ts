import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const FOLDERS = ["app", "components", "db", "lib", "scripts", "e2e", "bench"];
const FILE_LINES_MAX = 400;

/** Each may import those before it. Order is the whole rule: nothing points back. */
const LAYERS = ["db", "lib", "components", "app"];

/** Folders of lib, likewise. Files that lie in lib itself come before all of them. */
const LIB_ORDER = [
  "osquery",
  "auth",
  "http",
  "replica",
  "activities",
  "webhooks",
  "settings",
  "enroll-secrets",
  "membership",
  "users",
  "teams",
  "tables",
  "labels",
  "policies",
  "templates",
  "hosts",
  "exemptions",
  "gitops",
  "history",
  "evidence",
  "posture",
  "automations",
  "impact",
  "enrollment",
  "device",
  "attestation",
  "translate",
  "setup",
  "agent",
  "runs",
  "worker",
  "simulator",
  "tls",
  "embedded-mysql",
  "demo",
  "cli",
  "openapi",
  "server",
  "testing",
];

/** What may not be reached, not even by way of other files, and why. Types cost nothing and count not. */
const UNREACHABLE = [
  {
    from: /^lib\/agent\//,
    to: /^(next|next-auth|react|react-dom)(\/|$)/,
    why: "the hot path runs without them",
  },
  {
    from: /^components\/|^lib\/[^/]+\/client\.ts$/,
    to: /^(node:|mysql2|drizzle-orm|pino|#?db\/)|\/sql\.ts$/,
    why: "the browser gets no SQL and no Node",
  },
];

/** What a file may not name itself. */
const FORBIDDEN = [
  { from: /^(app|components)\//, to: /^db\/|\/sql\.ts$/, why: "SQL belongs to the subjects" },
  {
    from: /^lib\/agent\//,
    to: /^lib\/[^/]+\/(schema|client|serialize)\.ts$/,
    why: "the hot path uses SQL and pure rules only",
  },
  // Settings are parsed by Zod once, at the start; requests are not.
  { from: /^lib\/agent\//, to: /^zod(\/|$)/, why: "requests of agents are checked by hand" },
];

const BAD_PATH = /(^|\/)(index\.tsx?|utils|helpers|services|types)(\/|$|\.tsx?$)/;
/** The environment is read in one place; these run where that cannot be. */
const READS_ENVIRONMENT =
  /\.test\.ts$|^(lib\/env\.ts|lib\/simulator\/main\.ts|lib\/testing\/(global-setup|begin-file)\.ts|lib\/cli\/|cli\.ts|next\.config\.ts|proxy\.ts|scripts\/|e2e\/|bench\/|playwright\.config\.ts)|\.test\.ts$/;

const IMPORT =
  /^(?:import|export)\s+(type\s)?(?:[^"';]*?\sfrom\s+)?"([^"]+)"|\bimport\("([^"]+)"\)/gm;

interface Import {
  /** A file of the project, or a package's name. */
  to: string;
  isType: boolean;
}

interface Source {
  path: string;
  text: string;
  imports: Import[];
}

function resolveImport(path: string, specifier: string): string {
  if (specifier.startsWith("#")) return specifier.slice(1);
  return specifier.startsWith(".") ? normalize(join(dirname(path), specifier)) : specifier;
}

function readSource(path: string): Source {
  const text = readFileSync(path, "utf8");
  const imports = [...text.matchAll(IMPORT)].map(([, type, fixed, dynamic]) => ({
    to: resolveImport(path, fixed ?? dynamic ?? ""),
    isType: type !== undefined,
  }));
  return { path, text, imports };
}

const layerOf = (path: string) => LAYERS.indexOf(path.split("/", 1)[0] ?? "");

/** -1 for files of lib itself, undefined for other layers. */
function libRank(path: string): number | undefined {
  const [layer, folder, inside] = path.split("/");
  if (layer !== "lib") return undefined;
  return inside === undefined ? -1 : LIB_ORDER.indexOf(folder ?? "");
}

function checkOrder(source: Source): string[] {
  const layer = layerOf(source.path);
  const rank = libRank(source.path);
  return source.imports.flatMap(({ to }) => {
    const target = libRank(to);
    if (layer >= 0 && layerOf(to) > layer) return [`imports ${to}, a layer above it`];
    if (rank === undefined || target === undefined || target <= rank) return [];
    return [`imports ${to}, which comes after it in LIB_ORDER`];
  });
}

function checkForbidden(source: Source): string[] {
  return FORBIDDEN.filter(({ from }) => from.test(source.path)).flatMap(({ to, why }) =>
    source.imports
      .filter((one) => !one.isType && to.test(one.to))
      .map((one) => `imports ${one.to}: ${why}`),
  );
}

/** The first chain of imports from `start` to something that matches, if any. */
function findChain(
  start: string,
  isEnd: (one: Import) => boolean,
  all: Map<string, Source>,
  { countsTypes = false } = {},
): string[] | undefined {
  const chains = [[start]];
  const seen = new Set<string>();
  for (let chain = chains.shift(); chain; chain = chains.shift()) {
    for (const one of all.get(chain.at(-1) ?? "")?.imports ?? []) {
      if ((one.isType && !countsTypes) || seen.has(one.to)) continue;
      seen.add(one.to);
      if (isEnd(one)) return [...chain, one.to];
      chains.push([...chain, one.to]);
    }
  }
  return undefined;
}

/** Files that import each other are read together or not at all, if only for a type. */
function checkCircle({ path }: Source, all: Map<string, Source>): string[] {
  const chain = findChain(path, ({ to }) => to === path, all, { countsTypes: true });
  return chain ? [`imports itself: ${chain.slice(1).join(" -> ")}`] : [];
}

function checkReach(source: Source, all: Map<string, Source>): string[] {
  return UNREACHABLE.filter(({ from }) => from.test(source.path)).flatMap(({ to, why }) => {
    const chain = findChain(source.path, (one) => to.test(one.to), all);
    return chain ? [`reaches ${chain.slice(1).join(" -> ")}: ${why}`] : [];
  });
}

function checkFile({ path, text }: Source): string[] {
  const problems: string[] = [];
  const lines = text.split("\n").length - 1;
  if (lines > FILE_LINES_MAX) problems.push(`has ${lines} lines; ${FILE_LINES_MAX} is the most`);
  if (BAD_PATH.test(path)) problems.push("has a name that says nothing of what is inside");
  if (libRank(path) !== undefined && path.split("/").length > 2 && libRank(path) === -1) {
    problems.push("lies in a folder that is missing from LIB_ORDER");
  }
  if (/\bprocess\.env\b/.test(text) && !READS_ENVIRONMENT.test(path)) {
    problems.push("reads process.env; settings belong to lib/env-settings.ts");
  }
  return problems;
}

function listSources(): string[] {
  const inFolders = FOLDERS.filter((folder) => existsSync(folder)).flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
  );
  // What Next has built of the app in bench/ lies in a folder with a dot.
  return [...readdirSync("."), ...inFolders].filter(
    (path) => /\.tsx?$/.test(path) && !path.includes("/."),
  );
}

/** Every break of the rules of ARCHITECTURE.md, as "path: what is wrong". */
function checkStructure(): string[] {
  const all = new Map(listSources().map((path) => [path, readSource(path)]));
  return [...all.values()].flatMap((source) => {
    const isTest = /\.test\.tsx?$/.test(source.path);
    const imports = isTest
      ? []
      : [
          ...checkOrder(source),
          ...checkForbidden(source),
          ...checkReach(source, all),
          ...checkCircle(source, all),
        ];
    return [...checkFile(source), ...imports].map((problem) => `${source.path}: ${problem}`);
  });
}

const problems = checkStructure();
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log("structure: ok");

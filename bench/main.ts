import { cpus, totalmem } from "node:os";
import { type Figure, printLines, printTable } from "./figure.ts";
import { readIdle } from "./reads.ts";

/** Names as docs/performance.md lists them. */
const BENCHES: Record<string, (seconds: number) => Promise<Figure[]>> = {
  "read-idle": readIdle,
};

const SECONDS = 5;

const words = process.argv.slice(2);
const names = words.filter((word) => !word.startsWith("--"));
const unknown = names.find((name) => !BENCHES[name]);
if (unknown) {
  console.error(`No benchmark is called ${unknown}. There are: ${Object.keys(BENCHES).join(", ")}`);
  process.exit(2);
}

const cpu = cpus();
const gigabytes = Math.round(totalmem() / 1e9);
console.error(`${cpu.length} x ${cpu[0]?.model}, ${gigabytes} GB, Node ${process.version}`);
const figures: Figure[] = [];
for (const name of names.length > 0 ? names : Object.keys(BENCHES)) {
  figures.push(...((await BENCHES[name]?.(SECONDS)) ?? []));
}
if (words.includes("--json")) printLines(figures);
else printTable(figures);

import { cpus, totalmem } from "node:os";
import { attest, attestSmall } from "./attest.ts";
import { enrollStorm } from "./enroll.ts";
import { evidence } from "./evidence.ts";
import { type Figure, printLines, printTable } from "./figure.ts";
import { fixToVerdict } from "./fix-to-verdict.ts";
import { impact } from "./impact.ts";
import { edit, rollup } from "./large.ts";
import { memory } from "./memory.ts";
import { pages } from "./pages.ts";
import { readDue, readIdle, readMount } from "./reads.ts";
import { soak } from "./soak.ts";
import { readTls } from "./tls.ts";
import { writeFlip, writeSame } from "./writes.ts";

/** Names as docs/performance.md lists them. */
const BENCHES = new Map<string, (seconds: number) => Promise<Figure[]>>([
  ["read-idle", readIdle],
  ["read-due", readDue],
  ["read-tls", readTls],
  ["read-mount", readMount],
  ["write-same", writeSame],
  ["write-flip", writeFlip],
  ["enroll-storm", enrollStorm],
  ["memory", memory],
  ["pages", pages],
  ["impact", impact],
  ["evidence", evidence],
  ["edit", edit],
  ["rollup", rollup],
  ["attest-small", attestSmall],
  ["attest", attest],
  ["fix-to-verdict", fixToVerdict],
  ["soak", soak],
]);

const SECONDS = Number(process.env.BENCH_SECONDS ?? 5);

// Lines about requests would be half of what is measured, and hide the figures.
process.env.MUSTER_LOG_LEVEL ??= "warn";

const words = process.argv.slice(2);
const names = words.filter((word) => !word.startsWith("--"));
const unknown = names.find((name) => !BENCHES.has(name));
if (unknown) {
  console.error(`No benchmark is called ${unknown}. There are: ${[...BENCHES.keys()].join(", ")}`);
  process.exit(2);
}

const cpu = cpus();
const gigabytes = Math.round(totalmem() / 1e9);
console.error(`${cpu.length} x ${cpu[0]?.model}, ${gigabytes} GB, Node ${process.version}`);
const print = words.includes("--json") ? printLines : printTable;
for (const [name, bench] of BENCHES) {
  if (names.length > 0 && !names.includes(name)) continue;
  // What has been measured stays, and the others are measured too.
  try {
    print(await bench(SECONDS));
  } catch (error) {
    console.error(`${name}:`, error);
    process.exitCode = 1;
  }
}

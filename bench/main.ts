import { cpus, totalmem } from "node:os";
import { attestSmall } from "./attest.ts";
import { enrollStorm } from "./enroll.ts";
import { evidence } from "./evidence.ts";
import { type Figure, printLines, printTable } from "./figure.ts";
import { fixToVerdict } from "./fix-to-verdict.ts";
import { edit, rollup } from "./large.ts";
import { memory } from "./memory.ts";
import { attest, readMount } from "./next.ts";
import { pages } from "./pages.ts";
import { readDue, readIdle } from "./reads.ts";
import { soak } from "./soak.ts";
import { readTls } from "./tls.ts";
import { writeFlip, writeSame } from "./writes.ts";

/** Names as docs/performance.md lists them. */
const BENCHES: Record<string, (seconds: number) => Promise<Figure[]>> = {
  "read-idle": readIdle,
  "read-due": readDue,
  "read-tls": readTls,
  "write-same": writeSame,
  "write-flip": writeFlip,
  "enroll-storm": enrollStorm,
  memory,
  pages,
  evidence,
  edit,
  rollup,
  "attest-small": attestSmall,
  attest,
  "read-mount": readMount,
  "fix-to-verdict": fixToVerdict,
  soak,
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

import { GET } from "#app/api/v1/muster/evidence/route.ts";
import { seedConsoleFleet } from "./console-fleet.ts";
import type { Figure } from "./figure.ts";
import { makeToken } from "./token.ts";
import { withKeptWorld } from "./world.ts";

const MONTH_MS = 30 * 86_400_000;
const SAMPLE_MS = 100;
const NEWLINE = 10;

/** The whole evidence of each kind, as auditors take it. */
const EXPORTS = {
  "evidence, CSV": { format: "csv", part: "answers" },
  "evidence, JSON Lines": { format: "jsonl" },
  "evidence, summary": { format: "html" },
};

interface Taken {
  seconds: number;
  lines: number;
  megabytes: number;
  residentBytesMax: number;
}

/** Reads a file as somebody does who throws it away as it comes. */
async function take(token: string, query: Record<string, string>): Promise<Taken> {
  const url = `http://127.0.0.1:8080/api/v1/muster/evidence?${new URLSearchParams(query)}`;
  const request = new Request(url, { headers: { authorization: `Bearer ${token}` } });
  let residentBytesMax = 0;
  const sample = () => {
    residentBytesMax = Math.max(residentBytesMax, process.memoryUsage.rss());
  };
  const sampling = setInterval(sample, SAMPLE_MS);
  const startedAt = performance.now();
  const response = await GET(request, { params: Promise.resolve({}) });
  if (!response.ok || !response.body) throw new Error(`${url}: ${await response.text()}`);
  let [lines, bytes] = [0, 0];
  for await (const chunk of response.body) {
    bytes += chunk.length;
    for (const byte of chunk) if (byte === NEWLINE) lines++;
    sample();
  }
  clearInterval(sampling);
  const seconds = (performance.now() - startedAt) / 1000;
  return { seconds, lines, megabytes: bytes / 1e6, residentBytesMax };
}

/** The evidence of a month of 100,000 hosts and 50 policies each, streamed; memory beside that of before. */
export function evidence(): Promise<Figure[]> {
  return withKeptWorld(async (world) => {
    await seedConsoleFleet(world.db);
    const token = await makeToken(world);
    const to = new Date();
    const period = { from: new Date(to.getTime() - MONTH_MS).toISOString(), to: to.toISOString() };
    // What code and connections need is no export's.
    await take(token, { ...period, format: "csv", part: "revisions" });
    const figures: Figure[] = [];
    for (const [name, query] of Object.entries(EXPORTS)) {
      globalThis.gc?.();
      const before = process.memoryUsage.rss() / 1e6;
      const taken = await take(token, { ...period, ...query });
      const { lines, seconds, megabytes } = taken;
      figures.push(
        { name, value: seconds, unit: "s" },
        { name: `${name}, lines`, value: lines / seconds, unit: `/s of ${lines}` },
        { name: `${name}, size`, value: megabytes, unit: "MB" },
        {
          name: `${name}, memory`,
          value: taken.residentBytesMax / 1e6,
          unit: "MB",
          reference: before,
        },
      );
      console.error(`${name}: ${Math.round(seconds)} s, ${lines} lines`);
    }
    return figures;
  });
}

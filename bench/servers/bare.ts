import { serve } from "./listen.ts";

/** The reference: reads and parses the body, looks nothing up, sends the same bytes. */
const bytes = Buffer.from(process.env.BENCH_ANSWER ?? "{}");
/** What a server that knows its hosts cannot do without. */
const hosts = process.env.BENCH_KEEPS_HOSTS ? new Map<string, object>() : undefined;

serve((req, res) => {
  const chunks: Buffer[] = [];
  req.on("data", (chunk: Buffer) => chunks.push(chunk));
  req.on("end", () => {
    const body = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : undefined;
    hosts?.set(body.node_key, { seenAtMs: Date.now(), nextDueAtMs: Date.now() + 3_600_000 });
    res.writeHead(200, { "Content-Type": "application/json", "Content-Length": bytes.length });
    res.end(bytes);
  });
});

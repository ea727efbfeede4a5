// Between a reverse proxy and Muster: answers 204 when a host may pass and 403 when it may not, with
// the link at which its user can see why. docs/attestation.md shows the proxy's side.
//
//   MUSTER_ADDRESS=https://muster.example MUSTER_TOKEN=... node gate.mjs
//
// The token is that of an API-only user with the role observer. No packages are needed.
import { createServer } from "node:http";

const { MUSTER_ADDRESS = "http://127.0.0.1:8080", MUSTER_TOKEN, GATE_PORT = "9090" } = process.env;

/** The whole decision has to fit into a page load. */
const TIMEOUT_MS = 2_000;
const REMEMBERED_MAX = 10_000;

/** Passes that may be reused: device -> { answer, etag, freshUntilMs }. Nothing else is kept. */
const remembered = new Map();

function remember(device, entry) {
  remembered.delete(device);
  remembered.set(device, entry);
  if (remembered.size > REMEMBERED_MAX) remembered.delete(remembered.keys().next().value);
}

/** How long Muster lets this answer be reused; 0 for "no-store". */
function maxAgeMs(response) {
  const found = /max-age=(\d+)/.exec(response.headers.get("cache-control") ?? "");
  return found ? Number(found[1]) * 1000 : 0;
}

async function attest(device) {
  const known = remembered.get(device);
  if (known && Date.now() < known.freshUntilMs) return known.answer;
  const response = await fetch(
    `${MUSTER_ADDRESS}/api/v1/muster/attest/${encodeURIComponent(device)}`,
    {
      headers: {
        Authorization: `Bearer ${MUSTER_TOKEN}`,
        ...(known ? { "If-None-Match": known.etag } : {}),
      },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    },
  );
  // A device that Muster does not know (404), or not unmistakably (409), has proven nothing.
  if (response.status === 404 || response.status === 409) return { verdict: "unknown" };
  if (response.status !== 304 && !response.ok) throw new Error(`Muster: ${response.status}`);
  const answer = response.status === 304 ? known.answer : await response.json();
  const ageMs = maxAgeMs(response);
  if (ageMs === 0) remembered.delete(device);
  else {
    const etag = response.headers.get("etag");
    remember(device, { answer, etag, freshUntilMs: Date.now() + ageMs });
  }
  return answer;
}

async function decide(device) {
  if (!device) return { status: 403, headers: {} };
  try {
    const { verdict, my_device_url: link } = await attest(device);
    if (verdict === "pass") return { status: 204, headers: {} };
    return { status: 403, headers: link ? { "X-My-Device": link } : {} };
  } catch (error) {
    // Closed while Muster is away. Who would rather stay open answers 204 here.
    console.error(`gate: ${device}: ${error.message}`);
    return { status: 403, headers: {} };
  }
}

createServer(async (request, response) => {
  const { status, headers } = await decide(request.headers["x-device"]);
  response.writeHead(status, headers).end();
}).listen(Number(GATE_PORT), "127.0.0.1", () => console.log(`gate: 127.0.0.1:${GATE_PORT}`));

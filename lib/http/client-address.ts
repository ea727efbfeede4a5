/** In Fleet's order (contract: fleet-api 0.3). Next fills X-Forwarded-For from the socket. */
const HEADERS = ["true-client-ip", "x-real-ip", "x-forwarded-for"];
const CHARACTERS_MAX = 64;

/**
 * The address a request came from, or "". server.ts drops these headers unless --trust-proxy says
 * that a load balancer sets them; still, good for records and for slowing people down, not for trust.
 */
export function clientAddress(headers: Headers): string {
  for (const name of HEADERS) {
    const address = headers.get(name)?.split(",", 1)[0]?.trim();
    if (address) return address.slice(0, CHARACTERS_MAX);
  }
  return "";
}

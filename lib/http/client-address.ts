/** In Fleet's order (contract: fleet-api 0.3). Next fills X-Forwarded-For from the socket. */
const HEADERS = ["true-client-ip", "x-real-ip", "x-forwarded-for"];
const CHARACTERS_MAX = 64;

/**
 * The address a request says it came from, or "". Whoever reaches the server without a proxy can
 * write these headers, so it is good for records and for slowing people down, never for trust.
 */
export function clientAddress(headers: Headers): string {
  for (const name of HEADERS) {
    const address = headers.get(name)?.split(",", 1)[0]?.trim();
    if (address) return address.slice(0, CHARACTERS_MAX);
  }
  return "";
}

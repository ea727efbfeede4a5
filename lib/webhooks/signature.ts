import { createHmac } from "node:crypto";
import { randomToken } from "#lib/crypto.ts";

/** Of the key; the standard asks for 24 to 64. */
const SECRET_BYTES = 32;
const PREFIX = "whsec_";

/** As Standard Webhooks writes secrets, so that its libraries take them. */
export const newSecret = (): string => PREFIX + randomToken(SECRET_BYTES);

/**
 * The headers by which a receiver knows that we sent this, when, and whether it took it already
 * (https://www.standardwebhooks.com). The time is signed too, so that what was overheard cannot be
 * sent again next week.
 */
export function signedHeaders(
  secret: string,
  { uid, at, body }: { uid: string; at: Date; body: string },
): Record<string, string> {
  const key = Buffer.from(secret.slice(PREFIX.length), "base64");
  const seconds = Math.floor(at.getTime() / 1000);
  const signature = createHmac("sha256", key).update(`${uid}.${seconds}.${body}`).digest("base64");
  return {
    "webhook-id": uid,
    "webhook-timestamp": String(seconds),
    "webhook-signature": `v1,${signature}`,
  };
}

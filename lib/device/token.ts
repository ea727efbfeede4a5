import { createCipheriv, createDecipheriv } from "node:crypto";
import { keyedHash } from "#lib/crypto.ts";

/** What a My device link says. Nothing of it is stored. */
export interface DeviceToken {
  hostId: number;
  /** Seconds since 1970. */
  expiresAtSeconds: number;
  /** The host's device_token_version when the link was made; raising it revokes the link. */
  version: number;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const BODY_BYTES = 12;
const TOKEN_CHARACTERS = Math.ceil(((NONCE_BYTES + TAG_BYTES + BODY_BYTES) * 8) / 6);

/** Two keys of their own, so that a token can never be mistaken for a secret of another kind. */
const keysOf = (serverKey: Buffer) => ({
  cipher: keyedHash(serverKey, "device token cipher"),
  nonce: keyedHash(serverKey, "device token nonce"),
});

/**
 * Seals a token: AES-256-GCM whose nonce is an HMAC of the contents (as in SIV), so that equal
 * contents are equal links. A random nonce would change the attestation's body, and with it the
 * ETag, at every read; and a nonce never repeats for other contents.
 */
export function sealDeviceToken(serverKey: Buffer, token: DeviceToken): string {
  const keys = keysOf(serverKey);
  const body = Buffer.alloc(BODY_BYTES);
  body.writeUInt32BE(token.hostId, 0);
  body.writeUInt32BE(token.expiresAtSeconds, 4);
  body.writeUInt32BE(token.version, 8);
  const nonce = keyedHash(keys.nonce, body.toString("base64")).subarray(0, NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", keys.cipher, nonce);
  const sealed = Buffer.concat([cipher.update(body), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64url");
}

/** The contents of a token that we sealed; undefined for anything else. Tells nothing of expiry. */
export function openDeviceToken(serverKey: Buffer, text: string): DeviceToken | undefined {
  if (text.length !== TOKEN_CHARACTERS) return undefined;
  const all = Buffer.from(text, "base64url");
  if (all.length !== NONCE_BYTES + TAG_BYTES + BODY_BYTES) return undefined;
  const decipher = createDecipheriv(
    "aes-256-gcm",
    keysOf(serverKey).cipher,
    all.subarray(0, NONCE_BYTES),
  );
  decipher.setAuthTag(all.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  try {
    const body = Buffer.concat([
      decipher.update(all.subarray(NONCE_BYTES + TAG_BYTES)),
      decipher.final(),
    ]);
    return {
      hostId: body.readUInt32BE(0),
      expiresAtSeconds: body.readUInt32BE(4),
      version: body.readUInt32BE(8),
    };
  } catch {
    // Not sealed by us, or with another key: to the caller both are no token.
    return undefined;
  }
}

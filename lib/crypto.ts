import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hash,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Standard base64 of random bytes, as osquery node keys and Fleet's tokens look. */
export const randomToken = (bytes: number): string => randomBytes(bytes).toString("base64");

/** SHA-256. Enough for tokens of 128 random bits and more; passwords take argon2id. */
export const hashToken = (token: string): Buffer => createHash("sha256").update(token).digest();

/** The same, a character a byte: a key for Maps at a third of the price of bytes. */
export const hashedKey = (token: string): string => hash("sha256", token, "binary");

/** HMAC-SHA256 under the server key, for low-entropy secrets that must be found by value. */
export const keyedHash = (key: Buffer, text: string): Buffer =>
  createHmac("sha256", key).update(text).digest();

export function equalBytes(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** AES-256-GCM. `key` has 32 bytes; the result is base64 of nonce, tag and ciphertext. */
export function encrypt(key: Buffer, text: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64");
}

/** Throws when the text was changed or the key is another one. */
export function decrypt(key: Buffer, encrypted: string): string {
  const all = Buffer.from(encrypted, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, all.subarray(0, NONCE_BYTES));
  decipher.setAuthTag(all.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  const body = all.subarray(NONCE_BYTES + TAG_BYTES);
  return Buffer.concat([decipher.update(body), decipher.final()]).toString("utf8");
}

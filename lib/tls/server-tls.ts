import { X509Certificate } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import type { Env } from "../env.ts";
import { AppError } from "../errors.ts";
import { makeAuthority, makeServerCertificate, type PemPair } from "./certificates.ts";

/** Time enough to notice on a server that is restarted monthly. */
const RENEW_BEFORE_MS = 45 * 86_400_000;

export interface ServerTls {
  cert: string;
  key: string;
  /** The file osquery takes as --tls_server_certs; only with a self-signed certificate. */
  authorityFile?: string;
}

/**
 * Written beside and renamed, so that a crash leaves the old pair or the new, and never half. Each
 * process beside another file: workers renew at the same time.
 */
async function writePair(folder: string, name: string, pair: PemPair): Promise<void> {
  const content = `${pair.certificate.trim()}\n${pair.key.trim()}\n`;
  const file = join(folder, `${name}.pem`);
  const beside = `${file}.${process.pid}`;
  await writeFile(beside, content, { mode: 0o600 });
  await rename(beside, file);
}

async function readPair(folder: string, name: string): Promise<PemPair | undefined> {
  const content = await readFile(join(folder, `${name}.pem`), "utf8").catch(() => "");
  const keyAt = content.indexOf("-----BEGIN PRIVATE KEY");
  if (keyAt < 0) return undefined;
  return { certificate: content.slice(0, keyAt), key: content.slice(keyAt) };
}

function isFresh(pair: PemPair): boolean {
  const { validTo } = new X509Certificate(pair.certificate);
  return Date.parse(validTo) - Date.now() > RENEW_BEFORE_MS;
}

function serves(pair: PemPair, name: string, authority: PemPair): boolean {
  const certificate = new X509Certificate(pair.certificate);
  const matches = isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name);
  return (
    matches !== undefined && certificate.checkIssued(new X509Certificate(authority.certificate))
  );
}

async function ensureAuthority(folder: string): Promise<PemPair> {
  const existing = await readPair(folder, "authority");
  if (existing && isFresh(existing)) return existing;
  const made = await makeAuthority();
  await writePair(folder, "authority", made);
  return made;
}

/**
 * The local authority and a server certificate for `name`, made or renewed as needed. Hosts keep
 * trusting the server over renewals, since the authority stays for ten years.
 */
export async function ensureSelfSigned(folder: string, name: string): Promise<ServerTls> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const authority = await ensureAuthority(folder);
  const authorityFile = join(folder, "ca.pem");
  await writeFile(authorityFile, authority.certificate);
  let server = await readPair(folder, "server");
  if (!server || !isFresh(server) || !serves(server, name, authority)) {
    server = await makeServerCertificate(authority, name);
    await writePair(folder, "server", server);
  }
  return { cert: server.certificate, key: server.key, authorityFile };
}

function readPem(file: string, flag: string): Promise<string> {
  return readFile(file, "utf8").catch((cause) => {
    throw new AppError("bad_request", `--${flag}: ${file} cannot be read.`, { cause });
  });
}

/** What the settings ask for: undefined means plain HTTP. Call it again to pick up renewals. */
export async function loadServerTls(
  env: Pick<Env, "tlsCert" | "tlsKey" | "tlsSelfSigned" | "dataDir">,
): Promise<ServerTls | undefined> {
  if (env.tlsSelfSigned) return ensureSelfSigned(join(env.dataDir, "tls"), env.tlsSelfSigned);
  if (!env.tlsCert) return undefined;
  return {
    cert: await readPem(env.tlsCert, "tls-cert"),
    key: await readPem(env.tlsKey, "tls-key"),
  };
}

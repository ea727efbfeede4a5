import { randomBytes, webcrypto } from "node:crypto";
import { isIP } from "node:net";
// @peculiar/x509 finds its parts by decorators and asks for this polyfill first.
import "reflect-metadata";
import * as x509 from "@peculiar/x509";

/** P-256: osquery opens a connection per request, and an RSA handshake costs ten times the CPU. */
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const DAY_MS = 86_400_000;
const CA_DAYS = 3_650;
/** The longest that Apple's and the browsers' verifiers accept. */
const SERVER_DAYS = 397;
/** A host's clock may be behind the server's. */
const CLOCK_SKEW_MS = DAY_MS;
const SERIAL_BYTES = 16;

x509.cryptoProvider.set(webcrypto as Crypto);

export interface PemPair {
  certificate: string;
  key: string;
}

function newKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}

async function keyPem(key: CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await crypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY");
}

function readKey(pem: string): Promise<CryptoKey> {
  const der = x509.PemConverter.decodeFirst(pem);
  return crypto.subtle.importKey("pkcs8", der, ALGORITHM, false, ["sign"]);
}

function serialAndTimes(days: number) {
  const now = Date.now();
  return {
    // A positive number: the first bit is its sign.
    serialNumber: `01${randomBytes(SERIAL_BYTES).toString("hex")}`,
    notBefore: new Date(now - CLOCK_SKEW_MS),
    notAfter: new Date(now + days * DAY_MS),
  };
}

/** A new authority that may sign server certificates and nothing below them. */
export async function makeAuthority(): Promise<PemPair> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...serialAndTimes(CA_DAYS),
    name: `CN=Muster local CA ${randomBytes(4).toString("hex")}`,
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: certificate.toString("pem"), key: await keyPem(keys.privateKey) };
}

/** A certificate for a server that is reached by `name` (a host name or an address) and locally. */
export async function makeServerCertificate(authority: PemPair, name: string): Promise<PemPair> {
  const issuer = new x509.X509Certificate(authority.certificate);
  const keys = await newKeys();
  const names = [...new Set([name, "localhost", "127.0.0.1"])];
  const certificate = await x509.X509CertificateGenerator.create({
    ...serialAndTimes(SERVER_DAYS),
    subject: [{ CN: [name] }],
    issuer: issuer.subjectName,
    publicKey: keys.publicKey,
    signingKey: await readKey(authority.key),
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) ? ("ip" as const) : ("dns" as const), value })),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: certificate.toString("pem"), key: await keyPem(keys.privateKey) };
}

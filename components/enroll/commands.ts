import { PLATFORMS, type PlatformName } from "./platforms.ts";

export interface EnrollTarget {
  serverUrl: string;
  secret: string;
  /** PEM; null where osquery's own list of public authorities will do. */
  caCertificate: string | null;
}

const SECRET_FILE = "enroll_secret";
const CA_FILE = "ca.pem";
const FLAG_FILE = "osquery.flags";

function filePath(platform: PlatformName, file: string): string {
  const { folder, shell } = PLATFORMS[platform];
  return `${folder}${shell === "powershell" ? "\\" : "/"}${file}`;
}

/**
 * The flags that connect osqueryd to this server (contract: osquery-agent 7). What the server's
 * own configuration sets later is left out, except what osquery reads at its start alone.
 */
export function flagFile(platform: PlatformName, target: EnrollTarget): string {
  const url = new URL(target.serverUrl);
  const api = `${url.pathname.replace(/\/+$/, "")}/api/osquery`;
  return [
    `--tls_hostname=${url.host}`,
    ...(target.caCertificate ? [`--tls_server_certs=${filePath(platform, CA_FILE)}`] : []),
    "--host_identifier=instance",
    `--enroll_secret_path=${filePath(platform, SECRET_FILE)}`,
    `--enroll_tls_endpoint=${api}/enroll`,
    "--config_plugin=tls",
    `--config_tls_endpoint=${api}/config`,
    "--config_refresh=60",
    "--disable_distributed=false",
    "--distributed_plugin=tls",
    "--distributed_interval=10",
    `--distributed_tls_read_endpoint=${api}/distributed/read`,
    `--distributed_tls_write_endpoint=${api}/distributed/write`,
    "--logger_plugin=tls",
    `--logger_tls_endpoint=${api}/log`,
  ].join("\n");
}

/** One paste that writes the secret, the certificate and the flag file. */
export function configureCommands(platform: PlatformName, target: EnrollTarget): string {
  const files: [string, string][] = [
    [SECRET_FILE, target.secret],
    ...(target.caCertificate
      ? [[CA_FILE, target.caCertificate.trim()] satisfies [string, string]]
      : []),
    [FLAG_FILE, flagFile(platform, target)],
  ];
  const write = PLATFORMS[platform].shell === "powershell" ? writeByPowerShell : writeByShell;
  return write(platform, files);
}

function writeByShell(platform: PlatformName, files: [string, string][]): string {
  const secret = filePath(platform, SECRET_FILE);
  return [
    `sudo mkdir -p ${PLATFORMS[platform].folder}`,
    // Made unreadable before the secret is in it, not after.
    `sudo install -m 600 /dev/null ${secret}`,
    ...files.map(
      ([file, text]) => `sudo tee ${filePath(platform, file)} > /dev/null <<'END'\n${text}\nEND`,
    ),
  ].join("\n");
}

/** SIDs of SYSTEM and the administrators: their names differ from language to language. */
const OWNERS = '"*S-1-5-18:F" "*S-1-5-32-544:F"';

function writeByPowerShell(platform: PlatformName, files: [string, string][]): string {
  const writes = files.map(
    ([file, text]) => `@'\n${text}\n'@ | Set-Content -Encoding ascii "${filePath(platform, file)}"`,
  );
  const secret = filePath(platform, SECRET_FILE);
  return [...writes, `icacls "${secret}" /inheritance:r /grant:r ${OWNERS}`].join("\n");
}

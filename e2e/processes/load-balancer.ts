import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { firstProgram } from "#lib/embedded-mysql/find-server.ts";
import { env } from "#lib/env.ts";
import { freePort } from "#lib/testing/free-port.ts";
import { ensureSelfSigned } from "#lib/tls/server-tls.ts";
import { end } from "../product.ts";

const EXAMPLE = join(import.meta.dirname, "../../docs/examples/load-balancer.conf");
const READY_LIMIT_MS = 10_000;
const POLL_MS = 50;
const FOLDERS = ["/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin"];

/** nginx's path, or undefined: what needs it is skipped then, and this says so. */
export async function findNginx(): Promise<string | undefined> {
  const folders = [...env().searchPath.split(delimiter), ...FOLDERS];
  const program = await firstProgram(folders.map((folder) => join(folder, "nginx")));
  if (!program)
    console.warn("nginx was not found (apt-get install nginx): tests with it are skipped.");
  return program;
}

/** What nginx needs besides the part that operators take over, all of it in one folder. */
const frame = (folder: string) => `
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
${process.getuid?.() === 0 ? "user root;" : ""}
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  include ${folder}/load-balancer.conf;
}
`;

/** The example with places of the test's own; throws when it has none of them any more. */
function adapt(example: string, places: Record<string, string>): string {
  return Object.entries(places).reduce((text, [written, own]) => {
    if (!text.includes(written)) throw new Error(`${EXAMPLE}: "${written}" is missing`);
    return text.replaceAll(written, own);
  }, example);
}

async function untilListening(port: number, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + READY_LIMIT_MS;
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    const isOpen = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    if (child.exitCode !== null || performance.now() > deadline) throw new Error("no nginx");
    await sleep(POLL_MS);
  }
}

/** nginx before two servers, with the configuration that docs/operations.md recommends. */
export class LoadBalancer {
  readonly url: string;
  private readonly child: ChildProcess;
  private readonly folder: string;

  private constructor(child: ChildProcess, folder: string, port: number) {
    this.child = child;
    this.folder = folder;
    this.url = `https://127.0.0.1:${port}`;
  }

  static async start(program: string, ports: readonly [number, number]): Promise<LoadBalancer> {
    const folder = await mkdtemp(join(tmpdir(), "muster-nginx-"));
    const port = await freePort();
    const { cert, key } = await ensureSelfSigned(folder, "127.0.0.1");
    const conf = adapt(await readFile(EXAMPLE, "utf8"), {
      "10.0.0.11:8080": `127.0.0.1:${ports[0]}`,
      "10.0.0.12:8080": `127.0.0.1:${ports[1]}`,
      "listen 443": `listen 127.0.0.1:${port}`,
      "/etc/nginx/muster.pem": join(folder, "cert.pem"),
      "/etc/nginx/muster.key": join(folder, "key.pem"),
    });
    await writeFile(join(folder, "cert.pem"), cert);
    await writeFile(join(folder, "key.pem"), key);
    await writeFile(join(folder, "load-balancer.conf"), conf);
    await writeFile(join(folder, "nginx.conf"), frame(folder));
    const argv = ["-p", folder, "-c", join(folder, "nginx.conf"), "-e", join(folder, "error.log")];
    const child = spawn(program, argv, { stdio: "inherit" });
    // A run that is cut short leaves nothing behind.
    process.once("exit", () => child.kill());
    const balancer = new LoadBalancer(child, folder, port);
    await untilListening(port, child).catch(async (error) => {
      await balancer.stop();
      throw error;
    });
    return balancer;
  }

  async stop(): Promise<void> {
    await end(this.child);
    await rm(this.folder, { recursive: true, force: true });
  }
}

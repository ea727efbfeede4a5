import { isObject, type JsonObject, type Reply, type Transport } from "./transport.ts";

export type Sleep = (milliseconds: number, signal: AbortSignal) => Promise<void>;

export interface Remote {
  /**
   * Posts with the node key, enrolling first where there is none. `attempts` tries, waiting n² seconds
   * after the nth. `node_invalid` drops the key, and the next try enrolls again, as osquery does.
   */
  call(path: string, parameters: JsonObject, attempts: number): Promise<Reply>;
  nodeKey(): string;
}

export interface RemoteOptions {
  transport: Transport;
  osqueryVersion: string;
  savedNodeKey: string;
  enrollBody: () => JsonObject;
  sleep: Sleep;
  signal: AbortSignal;
  onEnrolled: () => void;
  onEnrollFailed: (reason: string) => void;
}

/** `--tls_enroll_max_attempts` and `--tls_enroll_max_interval`. */
const enrollAttemptsMax = 12;
const enrollWaitSecondsMax = 600;

export function createRemote(options: RemoteOptions): Remote {
  const { transport, osqueryVersion, sleep, signal } = options;
  let nodeKey = options.savedNodeKey;
  let enrolling: Promise<string> | undefined;

  const post = (path: string, body: JsonObject, key: string) =>
    transport.post(path, body, { nodeKey: key, osqueryVersion, signal });

  const enrollOnce = async (): Promise<string> => {
    const body = await rawEnroll(() => post("/api/osquery/enroll", options.enrollBody(), ""));
    const key = typeof body === "string" ? "" : (body.node_key ?? body.id);
    if (typeof key === "string" && key !== "") return key;
    options.onEnrollFailed(typeof body === "string" ? body : String(body.error ?? "no node key"));
    return "";
  };

  const enroll = async (): Promise<string> => {
    for (let attempt = 1; attempt <= enrollAttemptsMax; attempt++) {
      const key = await enrollOnce();
      if (key !== "") {
        nodeKey = key;
        options.onEnrolled();
        return key;
      }
      await sleep(Math.min(attempt ** 2, enrollWaitSecondsMax) * 1000, signal);
    }
    return "";
  };

  /** The agent's threads share one enrolment: whoever comes while it runs waits for it. */
  const currentKey = async () => {
    if (nodeKey !== "") return nodeKey;
    enrolling ??= enroll().finally(() => {
      enrolling = undefined;
    });
    return enrolling;
  };

  const tryOnce = async (path: string, parameters: JsonObject): Promise<Reply> => {
    const key = await currentKey();
    const reply = await post(path, { ...parameters, node_key: key }, key);
    // Whatever key is stored now goes, even one that is newer than the rejected: osquery's habit.
    if (reply.kind === "node-invalid") nodeKey = "";
    return reply;
  };

  const call = async (path: string, parameters: JsonObject, attempts: number) => {
    let reply = await tryOnce(path, parameters);
    for (let attempt = 1; attempt < attempts && reply.kind !== "ok"; attempt++) {
      await sleep(attempt ** 2 * 1000, signal);
      reply = await tryOnce(path, parameters);
    }
    return reply;
  };

  return { call, nodeKey: () => nodeKey };
}

/** Enrolment looks at the key alone; `error` and `node_invalid` mean nothing more than its absence. */
async function rawEnroll(send: () => Promise<Reply>): Promise<JsonObject | string> {
  const reply = await send();
  return reply.kind === "ok" && isObject(reply.body) ? reply.body : replyReason(reply);
}

export function replyReason(reply: Reply): string {
  return reply.kind === "ok" ? "" : reply.reason;
}

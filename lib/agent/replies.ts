/** An answer to an agent: always a JSON object, because osquery looks at the body alone. */
export interface AgentReply {
  status: number;
  /** Bytes where it is long and the same for many. */
  body: string | Buffer<ArrayBuffer>;
  /** How it went, for metrics. */
  outcome: "ok" | "node_invalid" | "error" | "skipped" | "shed";
}

/**
 * Success with nothing to say. Also the answer to input that is wrong for good: whatever else we
 * said, osquery would send it again with every later result (contract: osquery-agent 1).
 */
export const OK: AgentReply = { status: 200, body: "{}", outcome: "ok" };
export const SKIPPED: AgentReply = { status: 200, body: "{}", outcome: "skipped" };

/** Nothing to do. Both maps are always present, as Fleet has them. */
export const IDLE: AgentReply = {
  status: 200,
  body: '{"queries":{},"discovery":{}}',
  outcome: "ok",
};

/**
 * The same to a host that is asked later for want of time: an error would make it ask again within a
 * second, and twice (contract: osquery-agent 5).
 */
export const NOTHING_NOW: AgentReply = { ...IDLE, outcome: "shed" };

/** A failure the agent should try again after. */
export function failure(status: number, error: string): AgentReply {
  return { status, body: JSON.stringify({ error }), outcome: "error" };
}

/** Makes the agent drop its node key and enroll again. */
export function nodeInvalid(error: string): AgentReply {
  return {
    status: 401,
    body: JSON.stringify({ error, node_invalid: true }),
    outcome: "node_invalid",
  };
}

export const MISSING_KEY = nodeInvalid("authentication error: missing node key");
export const UNKNOWN_KEY = nodeInvalid("authentication error: invalid node key");
export const BUSY = failure(503, "the server is busy, try again");

/** Refused for want of time or memory; the agent keeps what it has and sends it again. */
export const SHED: AgentReply = { ...BUSY, outcome: "shed" };

export const reply = (body: string | Buffer<ArrayBuffer>): AgentReply => ({
  status: 200,
  body,
  outcome: "ok",
});

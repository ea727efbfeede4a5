import { isObject, type JsonObject } from "./transport.ts";

/** What of the server's `options` an agent reads while it runs. */
export interface AgentOptions {
  distributedIntervalSeconds: number;
  loggerPeriodSeconds: number;
}

/** `--logger_tls_period`. */
const loggerPeriodSeconds = 4;

export function initialAgentOptions(distributedIntervalSeconds: number): AgentOptions {
  return { distributedIntervalSeconds, loggerPeriodSeconds };
}

/** An option that the server no longer sends keeps its value until a restart, as in osquery. */
export function agentOptionsFrom(config: JsonObject, before: AgentOptions): AgentOptions {
  const options = isObject(config.options) ? config.options : {};
  return {
    distributedIntervalSeconds: positive(
      options.distributed_interval,
      before.distributedIntervalSeconds,
    ),
    loggerPeriodSeconds: positive(options.logger_tls_period, before.loggerPeriodSeconds),
  };
}

function positive(value: unknown, otherwise: number): number {
  const seconds = Number(value);
  return Number.isInteger(seconds) && seconds > 0 ? seconds : otherwise;
}

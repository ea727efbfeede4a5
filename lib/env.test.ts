import { resolve } from "node:path";
import { expect, test } from "vitest";
import { helpText, loadEnv, publishEnv } from "./env.ts";
import { settings } from "./env-settings.ts";

test("an argument wins over a variable, a variable over the default", () => {
  const variables = { FLEET_OSQUERY_POLICY_UPDATE_INTERVAL: "10m" };
  expect(loadEnv([], {}).policyUpdateIntervalSeconds).toBe(3600);
  expect(loadEnv([], variables).policyUpdateIntervalSeconds).toBe(600);
  const argv = ["--osquery_policy_update_interval=1m30s"];
  expect(loadEnv(argv, variables).policyUpdateIntervalSeconds).toBe(90);
});

test("Fleet's own flags and both ways to write a dash are understood", () => {
  const fleet = loadEnv(
    ["--server_address", ":9000", "--server_cert", "c", "--server_key", "k"],
    {},
  );
  expect(fleet).toMatchObject({
    host: "0.0.0.0",
    port: 9000,
    tlsCert: resolve("c"),
    tlsKey: resolve("k"),
  });
  expect(loadEnv(["--session-duration", "1h"], {}).sessionDurationSeconds).toBe(3600);
});

test.each([
  [["--osquery_policy_update_interval", "1x"], /--osquery_policy_update_interval .*"1x".*10m/],
  [["--port", "70000"], /--port \(or MUSTER_PORT\): "70000" is not a whole number from 1 to 65535/],
  [["--roles", "agents,wep"], /--roles .*"agents,wep" is not a list of agents, web, worker/],
  [["--prot", "1"], /Unknown option --prot/],
  [["--porty=1"], /Unknown option --porty.*Did you mean --port\?/],
  [["--port"], /--port needs a value/],
  [["--database-url", "postgres://x"], /--database-url .*mysql:\/\//],
  [["--tls-cert", "a.pem"], /--tls-cert and --tls-key go together/],
])("%j stops the start and names itself", (argv, message) => {
  expect(() => loadEnv(argv, {})).toThrow(message);
});

test("a short private key is refused without being shown", () => {
  const start = () => loadEnv([], { FLEET_SERVER_PRIVATE_KEY: "hunter2" });
  expect(start).toThrow(/FLEET_SERVER_PRIVATE_KEY/);
  expect(start).not.toThrow(/hunter2/);
});

test("what arguments say is published, so that other modules read the same", () => {
  const variables: Record<string, string> = {};
  const env = publishEnv(["--port", "9001", "--no-demo"], variables);
  expect(env).toMatchObject({ port: 9001, demo: false });
  expect(loadEnv([], variables)).toEqual(env);
});

test("--help lists every setting", () => {
  for (const { flag, variable } of Object.values(settings)) {
    expect(helpText()).toContain(`--${flag}`);
    expect(helpText()).toContain(variable);
  }
});

import { defineConfig } from "vitest/config";

/** Each in a process of its own, for what it does to it. */
const OWN_PROCESS = [
  // They watch the process: whether its event loop is behind, what the loop does in a turn, how much
  // memory is in use.
  "lib/agent/hostile-input.test.ts",
  "lib/agent/http.test.ts",
  "lib/agent/overload.test.ts",
  "lib/agent/protocol.test.ts",
  "lib/server/listener.test.ts",
  // Its database falls silent, and what waits for it ends whenever it ends.
  "lib/agent/outage.test.ts",
  // Pools to databases of its own, by the process's settings.
  "lib/replica/replica.test.ts",
  "lib/server/serving.test.ts",
  // Traces whatever the process does.
  "lib/server/tracing.test.ts",
];

const common = {
  env: {
    FLEET_SERVER_PRIVATE_KEY: "a key for tests only, 32 characters long",
    MUSTER_LOG_LEVEL: "error",
  },
  // Nothing is meant to take long; a machine that others use may be ten times as slow for a while.
  testTimeout: 60_000,
  hookTimeout: 60_000,
};

export default defineConfig({
  test: {
    // Once for the whole run: projects do not inherit it, but what it provides.
    globalSetup: ["lib/testing/global-setup.ts"],
    // Two files at a time keep two cores and one database busy; more only wait for each other.
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...common,
          name: "shared",
          include: ["{app,components,db,lib,scripts}/**/*.test.{ts,tsx}", "*.test.ts"],
          exclude: ["**/node_modules/**", ...OWN_PROCESS],
          // Loading the modules anew for each file takes as long as all tests together.
          isolate: false,
          setupFiles: ["lib/testing/begin-file.ts"],
        },
      },
      {
        test: {
          ...common,
          name: "own process",
          include: OWN_PROCESS,
          // After the others: a process that is shared ends when a file of the other kind is next.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});

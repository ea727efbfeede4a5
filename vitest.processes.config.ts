import { defineConfig } from "vitest/config";

/** Tests that start whole processes and end them by force: one at a time, the machine to itself. */
export default defineConfig({
  test: {
    include: ["e2e/processes/**/*.test.ts"],
    globalSetup: ["e2e/processes/global-setup.ts"],
    env: {
      FLEET_SERVER_PRIVATE_KEY: "a key for tests only, 32 characters long",
      MUSTER_LOG_LEVEL: "error",
    },
    fileParallelism: false,
    // They need a machine that gives them time. What passes only again is named at the end of bin/test;
    // a test that failed for anything but time, such as a lost answer, has failed.
    retry: {
      count: 1,
      condition: /timed out|aborted due to timeout|acknowledged in \d+ ms|never heard/,
    },
    // Where a host has to wait to be asked again, and the test is tried a second time.
    testTimeout: 300_000,
    hookTimeout: 120_000,
  },
});

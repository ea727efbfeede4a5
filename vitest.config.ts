import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{app,components,db,lib,scripts}/**/*.test.{ts,tsx}", "*.test.ts"],
    globalSetup: ["lib/testing/global-setup.ts"],
    env: {
      FLEET_SERVER_PRIVATE_KEY: "a key for tests only, 32 characters long",
      MUSTER_LOG_LEVEL: "error",
    },
    // Two files at a time keep two cores and one database busy; more only wait for each other.
    maxWorkers: 2,
    testTimeout: 15_000,
    hookTimeout: 30_000,
  },
});

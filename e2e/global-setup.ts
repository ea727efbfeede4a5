import { startWorld } from "./product.ts";

/** Playwright hands the environment on to its workers. */
export const WORLD_VARIABLE = "MUSTER_E2E_WORLD";

export default async function globalSetup(): Promise<() => Promise<void>> {
  const { stop, ...world } = await startWorld();
  process.env[WORLD_VARIABLE] = JSON.stringify(world);
  return stop;
}

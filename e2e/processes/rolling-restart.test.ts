import { expect, test } from "vitest";
import { findNginx, LoadBalancer } from "./load-balancer.ts";
import type { TestServer } from "./server.ts";
import { World } from "./world.ts";

const HOSTS = 40;

const nginx = await findNginx();

/** As an operator replaces one server after the other. */
async function restart(world: World, server: TestServer): Promise<TestServer> {
  await server.stop();
  world.servers.splice(world.servers.indexOf(server), 1);
  return world.startServer({ port: server.port });
}

test.skipIf(!nginx)(
  "a rolling restart under load loses no acknowledged answer, and hosts get over it by themselves",
  () =>
    World.run({ servers: 2, database: { fast: true } }, async (world) => {
      const [a, b] = world.servers as [TestServer, TestServer];
      const balancer = await LoadBalancer.start(nginx ?? "", [a.port, b.port]);
      try {
        const fleet = await world.fleet(HOSTS, { url: () => balancer.url });
        await world.warmUp(fleet);
        for (const server of [a, b]) {
          await restart(world, server);
          await fleet.heardFromAll();
        }
        await world.expectMended(fleet);
        // One failed attempt now and then; the next always succeeds.
        expect(fleet.count((host) => host.gaveUp)).toBe(0);
      } finally {
        await balancer.stop();
      }
    }),
);

import { expect, test } from "vitest";
import { World } from "./world.ts";

const SEEN_LIMIT_MS = 60_000;
const COUNT = 3;

test("of several workers one may die: agents go on with the others, and it is replaced and said once", () =>
  World.run(
    { servers: 1, database: { fast: true }, server: { argv: ["--workers", String(COUNT)] } },
    async (world) => {
      const [server] = world.servers;
      if (!server) throw new Error("no server");
      const fleet = await world.fleet(30);
      fleet.run();
      await fleet.heardFromAll();
      const started = () => server.lines.filter(({ msg }) => msg === "a worker starts");
      expect(started()).toHaveLength(COUNT);
      const leases = () => server.metric("muster_lease_held");
      await expect.poll(leases, { timeout: SEEN_LIMIT_MS }).toBe(1);

      process.kill(started()[0]?.pid, "SIGKILL");
      await fleet.heardFromAll();
      await expect.poll(started, { timeout: SEEN_LIMIT_MS }).toHaveLength(COUNT + 1);
      expect(fleet.count((host) => host.nodeInvalid + host.gaveUp)).toBe(0);
      // All of them answer for /metrics, whichever is asked.
      const pollers = () => server.series("muster_poll_lag_seconds");
      await expect.poll(pollers, { timeout: SEEN_LIMIT_MS }).toHaveLength(COUNT);
      await expect.poll(leases, { timeout: SEEN_LIMIT_MS }).toBe(1);

      expect(server.faults()).toEqual({ "a worker ended; another follows": 1 });

      // A stop of all commits what they took.
      await server.stop();
      world.servers.length = 0;
      await world.startServer({ port: server.port, argv: [] });
      await fleet.heardFromAll();
      await fleet.stop();
      expect(fleet.count((host) => host.nodeInvalid)).toBe(0);
      await world.ledger.check(world.db);
    },
  ));

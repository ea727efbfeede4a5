import { READ, readBody } from "./bodies.ts";
import { type Memory, memoryOf, startChild } from "./child.ts";
import type { Figure } from "./figure.ts";
import { insertFleet } from "./fleet.ts";
import { postEach } from "./post.ts";
import { withWorld } from "./world.ts";

const SIZE = { hosts: 100_000, policies: 50 };

/** What each of 100,000 hosts adds to the memory of a process that has seen them all. */
export function memory(): Promise<Figure[]> {
  return withWorld(async ({ db, databaseUrl }) => {
    await insertFleet(db, SIZE, new Date());
    const server = await startChild("agents", { DATABASE_URL: databaseUrl });
    const read = server.url + READ;
    // As many requests of one host first: what code and connections need is no host's.
    await postEach(read, SIZE.hosts, () => readBody(1));
    const empty = await memoryOf(server);
    await postEach(read, SIZE.hosts, readBody);
    const full = await memoryOf(server);
    await postEach(read, SIZE.hosts, readBody);
    const again = await memoryOf(server);
    await server.stop();
    const perHost = (part: keyof Memory) => ({
      value: (full[part] - empty[part]) / SIZE.hosts,
      unit: "bytes/host",
      reference: null,
    });
    const process = { value: again.residentBytes / 1e6, reference: empty.residentBytes / 1e6 };
    return [
      { name: "memory", ...perHost("residentBytes") },
      { name: "memory live", ...perHost("liveBytes") },
      { name: "memory process", unit: "MB", ...process },
    ];
  });
}

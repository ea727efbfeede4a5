import { READ, readBody } from "./bodies.ts";
import { residentBytes, startChild } from "./child.ts";
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
    const empty = await residentBytes(server);
    await postEach(read, SIZE.hosts, readBody);
    const full = await residentBytes(server);
    await postEach(read, SIZE.hosts, readBody);
    const again = await residentBytes(server);
    await server.stop();
    return [
      { name: "memory", value: (full - empty) / SIZE.hosts, unit: "bytes/host", reference: null },
      { name: "memory process", value: again / 1e6, unit: "MB", reference: empty / 1e6 },
    ];
  });
}

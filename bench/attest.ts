import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT, startBare, startNext, startProduct } from "./child.ts";
import { type Figure, loadFigures } from "./figure.ts";
import { insertFleet, insertMemberships } from "./fleet.ts";
import { compare, type Load } from "./load.ts";
import { makeToken } from "./token.ts";
import { type World, withWorld } from "./world.ts";

const SIZE = { hosts: 1_000, policies: 50 };
/** A gateway keeps its connections. */
const SMALL_CONNECTIONS = 100;
/** Next answers a thousand a second; more connections only wait. */
const PAGE_CONNECTIONS = 20;
const SMALL = "/api/v1/muster/attest/host-";
const PAGE = "/api/v1/fleet/hosts/";
const EMPTY_NEXT = join(import.meta.dirname, "empty-next");

/** Hosts at random, by a path that ends with what names them. */
async function loadOf(world: World, path: string): Promise<Omit<Load, "connections" | "seconds">> {
  await insertFleet(world.db, SIZE, new Date());
  await insertMemberships(world.db, SIZE.hosts);
  const headers = { authorization: `Bearer ${await makeToken(world)}` };
  const nextPath = () => `${path}${1 + Math.floor(Math.random() * SIZE.hosts)}`;
  return { method: "GET", path: `${path}7`, headers, nextPath };
}

/** The small answer, by host name and bearer token, of hosts with 50 policies. */
export function attestSmall(seconds: number): Promise<Figure[]> {
  return withWorld(async (world) => {
    const load = await loadOf(world, SMALL);
    const server = await startProduct(world, ["web"]);
    const response = await fetch(server.url + load.path, { headers: load.headers });
    const answer = await response.text();
    if (!answer.includes('"verdict":"pass"')) throw new Error(answer.slice(0, 200));
    const bare = await startBare(world, { answer });
    const all = { ...load, seconds, connections: SMALL_CONNECTIONS };
    return loadFigures("attest-small", await compare(server, bare, all));
  });
}

/** Takes seconds, once. */
async function buildEmptyNext(): Promise<void> {
  if (existsSync(join(EMPTY_NEXT, ".next/BUILD_ID"))) return;
  const next = join(ROOT, "node_modules/next/dist/bin/next");
  await promisify(execFile)(process.execPath, [next, "build", EMPTY_NEXT]);
}

/**
 * A host with its 50 policies. The reference is an app that has nothing but an empty handler of the
 * same path: the product's own handlers all find the viewer and check what goes in and out.
 */
export function attest(seconds: number): Promise<Figure[]> {
  return withWorld(async (world) => {
    await buildEmptyNext();
    const load = await loadOf(world, PAGE);
    const server = await startProduct(world, ["web"]);
    const empty = await startNext(world, EMPTY_NEXT);
    const all = { ...load, seconds, connections: PAGE_CONNECTIONS };
    return loadFigures("attest", await compare(server, empty, all));
  });
}

import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll } from "vitest";
import { Deliverer } from "#lib/automations/deliver.ts";
import { database } from "#lib/database.ts";
import { createLog, type Log } from "#lib/log.ts";
import { createMetrics } from "#lib/metrics.ts";
import { tellFailing } from "#lib/worker/tell-failing.ts";
import { runJob } from "./jobs.ts";

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  /** As it was sent, for signatures. */
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads deliveries the way receivers do
  body: any;
}

type Answer = (response: ServerResponse, received: Received) => void;

const takes: Answer = (response) => response.writeHead(204).end();

/** Somebody who takes deliveries, over real HTTP. */
export interface Receiver {
  url: string;
  received: Received[];
  /** How it answers from now on; 204 at first. */
  answer: Answer;
}

export async function testReceiver(): Promise<Receiver> {
  const receiver: Receiver = { url: "", received: [], answer: takes };
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const text = Buffer.concat(pieces).toString();
    const { headers, url: path = "" } = request;
    const received = { path, headers, text, body: JSON.parse(text) };
    receiver.received.push(received);
    receiver.answer(response, received);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?token=t0ps3cret`;
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return receiver;
}

/** A worker's sender, which rests after failures no longer than a test has to wait. */
export const testDeliverer = (log: Log = createLog("silent")): Deliverer =>
  new Deliverer({ db: database(), log, metrics: createMetrics(), restMs: 0, answerMsMax: 500 });

/** Sends what is due, once. */
export async function deliverDue(deliverer = testDeliverer()): Promise<void> {
  await deliverer.begin();
  await deliverer.idle();
  // Throws what went wrong of ours.
  await deliverer.begin();
  await deliverer.idle();
}

/** Finds who newly fails, as a worker that has just begun. */
export const findFailing = (): Promise<void> => runJob(tellFailing());

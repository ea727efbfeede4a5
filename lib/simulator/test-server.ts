import http from "node:http";
import type { AddressInfo } from "node:net";
import { isObject, type JsonObject } from "./transport.ts";

export interface TakenRequest {
  path: string;
  headers: http.IncomingHttpHeaders;
  body: JsonObject;
}

/** An answer: an object as JSON, a string as it is, "drop" as a broken connection. */
export type Answer = JsonObject | string | { drop: true };

export interface TestServer {
  url: string;
  requests: TakenRequest[];
  /** Requests whose path ends so, in the order they came. */
  taken(pathEnd: string): TakenRequest[];
  close(): Promise<void>;
}

/** A few lines that answer as an osquery server does; `answer` decides everything but enrolment. */
export async function startTestServer(
  answer: (request: TakenRequest) => Answer | undefined,
): Promise<TestServer> {
  const requests: TakenRequest[] = [];
  const server = http.createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request.setEncoding("utf8")) text += chunk;
    const parsed: unknown = JSON.parse(text);
    const taken = {
      path: request.url ?? "",
      headers: request.headers,
      body: isObject(parsed) ? parsed : {},
    };
    requests.push(taken);
    const enrolled = requests.filter(({ path }) => path.endsWith("/enroll")).length;
    const usual = taken.path.endsWith("/enroll") ? { node_key: `key-${enrolled}` } : {};
    const body = answer(taken) ?? usual;
    if (typeof body === "object" && "drop" in body) response.destroy();
    else response.end(typeof body === "string" ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    taken: (pathEnd) => requests.filter(({ path }) => path.endsWith(pathEnd)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

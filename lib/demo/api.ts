import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { json } from "node:stream/consumers";

const TIMEOUT_MS = 30_000;

export interface Api {
  url: string;
  /** PEM of the authority that signed the server's certificate; fetch() takes none. */
  ca?: string;
  token?: string;
}

export interface ApiAnswer {
  status: number;
  body: unknown;
}

export async function call(
  api: Api,
  method: string,
  path: string,
  body?: object,
): Promise<ApiAnswer> {
  const url = new URL(path, api.url);
  const headers = {
    "Content-Type": "application/json",
    ...(api.token ? { Authorization: `Bearer ${api.token}` } : {}),
  };
  const options = {
    method,
    headers,
    signal: AbortSignal.timeout(TIMEOUT_MS),
    agent: false as const,
  };
  const request =
    url.protocol === "https:"
      ? httpsRequest(url, { ...options, ca: api.ca })
      : httpRequest(url, options);
  request.end(body && JSON.stringify(body));
  const [response] = await once(request, "response");
  const answer = await json(response).catch(() => undefined);
  return { status: response.statusCode, body: answer };
}

/** Like call(), for what must succeed. */
export async function mustCall(api: Api, method: string, path: string, body?: object) {
  const answer = await call(api, method, path, body);
  if (answer.status === 200 || answer.status === 201) return answer.body;
  throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
}

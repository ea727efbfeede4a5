import { mountedAgents } from "#lib/agent/mounted.ts";

/** See lib/agent/app.ts. server.ts answers these paths before Next sees them. */
export async function POST(request: Request): Promise<Response> {
  return (await mountedAgents()).handleWeb(request);
}

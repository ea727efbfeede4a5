import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { GET } from "#app/api/v1/muster/enrollment/route.ts";
import { publishEnv } from "#lib/env.ts";
import { accessTable } from "#lib/testing/access.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { request } from "#lib/testing/request.ts";
import { insertUser } from "#lib/testing/world.ts";
import { ensureSelfSigned } from "#lib/tls/server-tls.ts";

await testDatabase();

accessTable({ "GET /muster/enrollment": [GET, [200, 200, 200, 200, 200, 401]] });

test("agents are given the server's own authority, and none where the server has none", async () => {
  const { token } = await insertUser("observer");
  expect((await request(GET, { token })).body.ca_certificate).toBeNull();
  const folder = await mkdtemp(join(tmpdir(), "muster-enrollment-"));
  await ensureSelfSigned(join(folder, "tls"), "muster.test");
  publishEnv(["--tls-self-signed", "muster.test", "--data", folder]);
  const { body } = await request(GET, { token });
  expect(body.server_url).toBe("https://muster.test:8080");
  expect(body.ca_certificate).toMatch(/^-----BEGIN CERTIFICATE-----/);
  expect(body.ca_certificate).not.toContain("PRIVATE KEY");
  await rm(folder, { recursive: true });
});

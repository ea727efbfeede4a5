import { describe, expect, test } from "vitest";
import { configureCommands, flagFile } from "./commands.ts";
import { PLATFORM_NAMES } from "./platforms.ts";

const target = {
  serverUrl: "https://muster.example:8443",
  secret: "s3cret/+=",
  caCertificate: "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
};

describe("flag file", () => {
  test("names the server without a scheme, as osquery wants it", () => {
    expect(flagFile("deb", target)).toContain("--tls_hostname=muster.example:8443\n");
  });

  test("has every endpoint, below the path of a server that lies below one", () => {
    const flags = flagFile("deb", { ...target, serverUrl: "https://it.example/muster/" });
    expect(flags.match(/_endpoint=\/muster\/api\/osquery\//g)).toHaveLength(5);
  });

  test("leaves osquery's own trust alone unless the server has its own authority", () => {
    expect(flagFile("macos", target)).toContain("--tls_server_certs=/var/osquery/ca.pem");
    expect(flagFile("macos", { ...target, caCertificate: null })).not.toContain("server_certs");
  });
});

test.each(PLATFORM_NAMES)("commands for %s write all that the flag file points to", (platform) => {
  const commands = configureCommands(platform, target);
  expect(commands).toContain(target.secret);
  expect(commands).toContain("MIIB");
  const files = [...flagFile(platform, target).matchAll(/_(?:path|certs)=(.+)/g)];
  expect(files).toHaveLength(2);
  for (const [, file] of files) expect(commands.split(file ?? "").length).toBeGreaterThan(2);
});

test("the secret is never readable by others, not even for a moment", () => {
  const commands = configureCommands("deb", target);
  expect(commands.indexOf("install -m 600")).toBeLessThan(commands.indexOf(target.secret));
});

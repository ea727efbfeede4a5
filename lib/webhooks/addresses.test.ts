import { describe, expect, test } from "vitest";
import { addressProblem } from "./addresses.ts";

const NEVER = [
  "169.254.169.254",
  "169.254.0.1",
  "0.0.0.0",
  "100.100.100.200",
  "224.0.0.1",
  "255.255.255.255",
  "::",
  "fe80::1",
  "fe80::1%eth0",
  "fd00:ec2::254",
  "ff02::1",
  "::ffff:169.254.169.254",
  "::ffff:a9fe:a9fe",
  "64:ff9b::a9fe:a9fe",
  "2002:a9fe:a9fe::1",
];
const PRIVATE = [
  "10.0.0.5",
  "127.0.0.1",
  "127.1.2.3",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.1.1",
  "100.64.0.1",
  "::1",
  "fd12:3456::1",
  "::ffff:10.0.0.5",
  "::7f00:1",
];
const PUBLIC = ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2001:4860:4860::8888", "::ffff:8.8.8.8"];

describe("addresses that a webhook may go to", () => {
  test.each(NEVER)("%s never", (address) => {
    expect(addressProblem(address, true)).toContain("never");
    expect(addressProblem(address, false)).toContain("never");
  });

  test.each(PRIVATE)("%s where the operator allows it, and the refusal says how", (address) => {
    expect(addressProblem(address, true)).toBeUndefined();
    expect(addressProblem(address, false)).toContain("MUSTER_WEBHOOK_PRIVATE_ADDRESSES=true");
  });

  test.each(PUBLIC)("%s always", (address) => {
    expect(addressProblem(address, false)).toBeUndefined();
  });
});

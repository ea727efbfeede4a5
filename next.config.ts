import type { NextConfig } from "next";
import { fleetRewrites } from "./lib/http/fleet-paths.ts";

/** The content security policy is per request and comes from proxy.ts. */
const securityHeaders = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "X-Frame-Options", value: "DENY" },
  // Not "no-referrer": that makes browsers send `Origin: null`, which the CSRF guard refuses.
  { key: "Referrer-Policy", value: "same-origin" },
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
  { key: "Cross-Origin-Resource-Policy", value: "same-origin" },
  { key: "Permissions-Policy", value: "camera=(), microphone=(), geolocation=(), payment=()" },
];

const config: NextConfig = {
  poweredByHeader: false,
  distDir: process.env.NEXT_DIST_DIR ?? ".next",
  reactStrictMode: true,
  // bin/test runs the type check once, over tests and scripts too; Next would repeat half of it.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: ["mysql2", "@node-rs/argon2", "pino", "sql.js", "prom-client"],
  headers: async () => [{ source: "/:path*", headers: securityHeaders }],
  // A rewrite costs nothing and keeps one route per URL.
  rewrites: async () => fleetRewrites,
};

export default config;

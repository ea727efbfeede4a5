import type { NextConfig } from "next";

/**
 * Fleet's clients call the same API by three version names; only v1 has files.
 * A rewrite costs nothing and keeps one route per URL.
 */
const apiVersionRewrites = ["latest", "2022-04"].map((version) => ({
  source: `/api/${version}/fleet/:path*`,
  destination: "/api/v1/fleet/:path*",
}));

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
  rewrites: async () => apiVersionRewrites,
};

export default config;

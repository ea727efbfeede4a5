import Link from "next/link";
import { Banner } from "#components/ui/banner.tsx";
import { Code } from "#components/ui/code.tsx";

const LOCAL = /^(localhost|127\.|\[::1\])/;

/** What would keep osquery from connecting to this address, if anything. */
export function ServerBanner({ serverUrl }: { serverUrl: string }) {
  const url = new URL(serverUrl);
  if (url.protocol === "http:") {
    return (
      <Banner tone="warning" title="osquery connects over HTTPS only">
        This server calls itself <Code>{serverUrl}</Code>. Start it with{" "}
        <Code>--tls-self-signed NAME</Code> or with a certificate (<Code>--tls-cert</Code> and{" "}
        <Code>--tls-key</Code>). If a proxy in front of it speaks HTTPS, enter that address in the{" "}
        <Link href="/settings" className="text-accent-text underline underline-offset-2">
          settings
        </Link>
        . The commands below hold once that is done.
      </Banner>
    );
  }
  if (!LOCAL.test(url.host)) return null;
  return (
    <Banner tone="warning" title="Only this machine can reach that address">
      Hosts would connect to <Code>{url.host}</Code>, which is themselves. Enter an address that
      they can reach in the{" "}
      <Link href="/settings" className="text-accent-text underline underline-offset-2">
        settings
      </Link>
      .
    </Banner>
  );
}

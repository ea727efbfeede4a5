import type { Metadata } from "next";
import { DevicePage } from "#components/device/device-page.tsx";

export const metadata: Metadata = {
  title: { absolute: "My device" },
  robots: { index: false, follow: false, noarchive: true },
  // The address is a key to the page: no link on it may hand it on.
  referrer: "no-referrer",
};

export default async function Page({ params }: { params: Promise<{ token: string }> }) {
  return <DevicePage token={(await params).token} />;
}

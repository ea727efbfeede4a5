import type { Metadata } from "next";
import { HostsAt } from "#components/history/pages-at.tsx";

export const metadata: Metadata = { title: "Hosts" };

export default function Page() {
  return <HostsAt />;
}

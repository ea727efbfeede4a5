import type { Metadata } from "next";
import { LiveQueryPage } from "#components/runs/live-query-page.tsx";

export const metadata: Metadata = { title: "Live query" };

export default function Page() {
  return <LiveQueryPage />;
}

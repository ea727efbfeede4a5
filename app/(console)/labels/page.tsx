import type { Metadata } from "next";
import { LabelsAt } from "#components/history/pages-at.tsx";

export const metadata: Metadata = { title: "Labels" };

export default function Page() {
  return <LabelsAt />;
}

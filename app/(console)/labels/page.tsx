import type { Metadata } from "next";
import { LabelsPage } from "#components/labels/labels-page.tsx";

export const metadata: Metadata = { title: "Labels" };

export default function Page() {
  return <LabelsPage />;
}

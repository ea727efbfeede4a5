import type { Metadata } from "next";
import { NewLabelPage } from "#components/labels/new-label-page.tsx";

export const metadata: Metadata = { title: "New label" };

export default function Page() {
  return <NewLabelPage />;
}

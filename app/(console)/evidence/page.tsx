import type { Metadata } from "next";
import { EvidencePage } from "#components/evidence/evidence-page.tsx";

export const metadata: Metadata = { title: "Evidence" };

export default function Page() {
  return <EvidencePage />;
}

import type { Metadata } from "next";
import { ExemptionsAt } from "#components/history/pages-at.tsx";

export const metadata: Metadata = { title: "Exemptions" };

export default function Page() {
  return <ExemptionsAt />;
}

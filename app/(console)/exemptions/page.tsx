import type { Metadata } from "next";
import { ExemptionsPage } from "#components/exemptions/exemptions-page.tsx";

export const metadata: Metadata = { title: "Exemptions" };

export default function Page() {
  return <ExemptionsPage />;
}

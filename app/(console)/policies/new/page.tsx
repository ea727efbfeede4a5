import type { Metadata } from "next";
import { NewPolicyPage } from "#components/policies/new-policy-page.tsx";

export const metadata: Metadata = { title: "New policy" };

export default function Page() {
  return <NewPolicyPage />;
}

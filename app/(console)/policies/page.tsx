import type { Metadata } from "next";
import { PoliciesAt } from "#components/history/pages-at.tsx";

export const metadata: Metadata = { title: "Policies" };

export default function Page() {
  return <PoliciesAt />;
}

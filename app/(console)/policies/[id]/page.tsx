import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { PolicyAt } from "#components/history/pages-at.tsx";
import { policyParams } from "#lib/policies/schema.ts";

export const metadata: Metadata = { title: "Policy" };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const parsed = policyParams.safeParse(await params);
  if (!parsed.success) notFound();
  return <PolicyAt id={parsed.data.id} />;
}

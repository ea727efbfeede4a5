import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { HostAt } from "#components/history/pages-at.tsx";
import { hostParams } from "#lib/hosts/schema.ts";

export const metadata: Metadata = { title: "Host" };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const parsed = hostParams.safeParse(await params);
  if (!parsed.success) notFound();
  return <HostAt id={parsed.data.id} />;
}

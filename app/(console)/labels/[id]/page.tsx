import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { LabelAt } from "#components/history/pages-at.tsx";

export const metadata: Metadata = { title: "Label" };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  if (!/^[1-9]\d{0,9}$/.test(id)) notFound();
  return <LabelAt id={Number(id)} />;
}

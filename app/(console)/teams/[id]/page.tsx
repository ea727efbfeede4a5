import { notFound } from "next/navigation";
import { TeamPage } from "#components/teams/team-page.tsx";

export const metadata = { title: "Team" };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  if (!/^[1-9]\d{0,9}$/.test(id)) notFound();
  return <TeamPage id={Number(id)} />;
}

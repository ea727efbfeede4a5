import { TeamList } from "#components/teams/team-list.tsx";

export const metadata = { title: "Teams" };

export default function TeamsPage() {
  return <TeamList />;
}

import { DashboardAt } from "#components/history/pages-at.tsx";

export const metadata = { title: "Dashboard" };

export default function DashboardPage() {
  return <DashboardAt />;
}

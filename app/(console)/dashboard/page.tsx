import { Dashboard } from "#components/dashboard/dashboard.tsx";

export const metadata = { title: "Dashboard" };

export default function DashboardPage() {
  return <Dashboard />;
}

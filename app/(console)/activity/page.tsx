import { ActivityList } from "#components/activities/activity-list.tsx";

export const metadata = { title: "Activity" };

export default function ActivityPage() {
  return <ActivityList />;
}

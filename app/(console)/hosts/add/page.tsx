import { AddHosts } from "#components/enroll/add-hosts.tsx";

export const metadata = { title: "Add hosts" };

export default function AddHostsPage() {
  return <AddHosts />;
}

import type { Metadata } from "next";
import { Suspense } from "react";
import { HostsPage } from "#components/hosts/hosts-page.tsx";
import { Loading } from "#components/layout/loading.tsx";

export const metadata: Metadata = { title: "Hosts" };

export default function Page() {
  return (
    <Suspense fallback={<Loading />}>
      <HostsPage />
    </Suspense>
  );
}

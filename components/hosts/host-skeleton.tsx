import { type Crumb, PageHeader } from "#components/layout/page-header.tsx";
import { Card } from "#components/ui/card.tsx";
import { Skeleton, SkeletonText } from "#components/ui/skeleton.tsx";

export function HostSkeleton({ breadcrumbs }: { breadcrumbs: readonly Crumb[] }) {
  return (
    <>
      <PageHeader
        breadcrumbs={breadcrumbs}
        title={
          <>
            <span className="sr-only">Host</span>
            <Skeleton className="h-8 w-64 max-w-full" />
          </>
        }
        description={<Skeleton className="mt-1 w-48" />}
      />
      <span role="status" className="sr-only">
        Loading the host…
      </span>
      <Card>
        <SkeletonText lines={2} />
      </Card>
      <Card title="Policies">
        <SkeletonText lines={8} />
      </Card>
      <Card title="Vitals">
        <SkeletonText lines={6} />
      </Card>
    </>
  );
}

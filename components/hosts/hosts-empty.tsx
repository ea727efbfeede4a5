import { MonitorSmartphone, SearchX } from "lucide-react";
import Link from "next/link";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { Button } from "#components/ui/button.tsx";

interface HostsEmptyProps {
  isFiltered: boolean;
  canAdd: boolean;
  onClear: () => void;
}

export function HostsEmpty({ isFiltered, canAdd, onClear }: HostsEmptyProps) {
  if (isFiltered) {
    return (
      <EmptyState
        icon={<SearchX />}
        title="No host matches"
        description="Nothing here fits all of the filters at once."
        actions={<Button onClick={onClear}>Clear filters</Button>}
      />
    );
  }
  return (
    <EmptyState
      icon={<MonitorSmartphone />}
      title="No hosts yet"
      description="Machines appear here as soon as osquery on them enrolls with an enroll secret."
      actions={
        canAdd && (
          <Button variant="primary" asChild>
            <Link href="/hosts/add">Add hosts</Link>
          </Button>
        )
      }
    />
  );
}

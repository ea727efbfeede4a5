import { Lock } from "lucide-react";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { Card } from "#components/ui/card.tsx";

export function NoRight() {
  return (
    <Card>
      <EmptyState
        icon={<Lock />}
        title="You cannot add hosts"
        description="Enroll secrets are for admins and maintainers. Ask one of them to connect the machine, or to give you that role."
      />
    </Card>
  );
}

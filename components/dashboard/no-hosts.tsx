import { MonitorSmartphone } from "lucide-react";
import Link from "next/link";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { addHostsPath } from "./hosts-link.ts";

export function NoHosts({ teamId, canAdd }: { teamId: number | null; canAdd: boolean }) {
  const where = teamId === null ? "" : " in this team";
  return (
    <Card>
      <EmptyState
        icon={<MonitorSmartphone />}
        title={`No hosts${where} yet`}
        description={
          canAdd
            ? "Install osquery on a machine and give it an enroll secret. It appears here within seconds, and your policies are asked at once."
            : "Somebody who maintains hosts has to connect the first one. It will appear here by itself."
        }
        actions={
          canAdd && (
            <>
              <Button asChild>
                <Link href="/policies/new">Write a policy</Link>
              </Button>
              <Button asChild variant="primary">
                <Link href={addHostsPath(teamId)}>Add hosts</Link>
              </Button>
            </>
          )
        }
      />
    </Card>
  );
}

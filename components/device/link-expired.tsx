import { Link2Off } from "lucide-react";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { Card } from "#components/ui/card.tsx";
import { DeviceShell } from "./device-shell.tsx";

/** The token was wrong, is over or was revoked: which of these, nobody without one may learn. */
export function LinkExpired() {
  return (
    <DeviceShell>
      <h1 className="sr-only">My device</h1>
      <Card>
        <EmptyState
          icon={<Link2Off />}
          title="This link no longer works"
          description={
            <div className="space-y-2">
              <p>
                Links to a device end after a while, so that an old one in a chat opens nothing.
              </p>
              <p>
                To get a new one, go back to the page that refused you access and follow its link
                again, or ask your help desk for a new My device link.
              </p>
            </div>
          }
        />
      </Card>
    </DeviceShell>
  );
}

"use client";

import { useQuery } from "@tanstack/react-query";
import { Webhook } from "lucide-react";
import { useState } from "react";
import { ErrorState } from "#components/layout/error-state.tsx";
import { EditedElsewhere, useMayEdit } from "#components/layout/gitops.tsx";
import { useViewer, type Viewer } from "#components/layout/viewer.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { SkeletonText } from "#components/ui/skeleton.tsx";
import { Tab, Tabs, TabsContent, TabsList } from "#components/ui/tabs.tsx";
import { automationOptions } from "#lib/webhooks/client.ts";
import { AutomationForm } from "./automation-form.tsx";
import { DeliveryList } from "./delivery-list.tsx";

/** Whether the API shows this person the automation at all; a team sees its own alone. */
export function maySeeAutomation(viewer: Viewer | undefined, teamId: number | null): boolean {
  if (!viewer) return false;
  if (viewer.user.global_role !== null) return true;
  return viewer.user.teams.some(({ id }) => id === teamId);
}

/** `scope`: whose policies, as in "all teams" or a team's name. */
export function Automations({ teamId, scope }: { teamId: number | null; scope: string }) {
  const viewer = useViewer();
  const [open, setOpen] = useState(false);
  if (!maySeeAutomation(viewer, teamId)) return null;
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <Webhook aria-hidden />
        Automations
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        size="lg"
        title="Automations"
        description={`For the policies of ${scope}.`}
      >
        {open && <Content teamId={teamId} />}
      </Dialog>
    </>
  );
}

function Content({ teamId }: { teamId: number | null }) {
  const mayEdit = useMayEdit(teamId);
  const [tab, setTab] = useState("webhook");
  const { data, error, refetch, isFetching } = useQuery(automationOptions(teamId));
  return (
    <Tabs value={tab} onValueChange={setTab}>
      <EditedElsewhere teamId={teamId} what="Automations are" />
      <TabsList aria-label="Automations">
        <Tab value="webhook">Webhook</Tab>
        <Tab value="deliveries">Deliveries</Tab>
      </TabsList>
      <TabsContent value="webhook">
        {data ? (
          <AutomationForm
            teamId={teamId}
            webhook={data.failing_policies_webhook}
            mayEdit={mayEdit}
            onTest={() => setTab("deliveries")}
          />
        ) : error ? (
          <ErrorState
            title="The automation could not be loaded"
            error={error}
            onRetry={() => refetch()}
            retrying={isFetching}
          />
        ) : (
          <div role="status" className="pt-4">
            <span className="sr-only">Loading…</span>
            <SkeletonText lines={6} />
          </div>
        )}
      </TabsContent>
      <TabsContent value="deliveries">
        <DeliveryList owner={{ kind: "failing_policies", teamId }} mayEdit={mayEdit} />
      </TabsContent>
    </Tabs>
  );
}

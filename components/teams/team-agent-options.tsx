"use client";

import { useQuery } from "@tanstack/react-query";
import { Globe } from "lucide-react";
import { useState } from "react";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { useRepositoryUrl } from "#components/layout/gitops.tsx";
import { AgentOptionsEditor } from "#components/settings/agent-options-editor.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { configOptions } from "#lib/settings/client.ts";
import { defaultSettings } from "#lib/settings/schema.ts";
import { useSetTeamAgentOptions } from "#lib/teams/client.ts";

interface TeamAgentOptionsProps {
  id: number;
  /** null: the team takes the global ones. */
  options: Record<string, unknown> | null;
}

export function TeamAgentOptions({ id, options }: TeamAgentOptionsProps) {
  const config = useQuery(configOptions()).data;
  const save = useSetTeamAgentOptions();
  const [leaving, setLeaving] = useState(false);
  const readOnly = useRepositoryUrl() !== null;
  // Only global admins see the global options; others start from what a new server has.
  const start = config?.agent_options ?? defaultSettings.agentOptions;
  if (options === null) {
    return (
      <Card>
        <EmptyState
          icon={<Globe />}
          title="This team takes the global options"
          description="Options of its own replace the global ones as a whole. They begin as a copy."
          className="py-10"
          actions={
            !readOnly && (
              <Button loading={save.isPending} onClick={() => save.mutate({ id, options: start })}>
                Give it its own options
              </Button>
            )
          }
        />
      </Card>
    );
  }
  return (
    <Card
      title="Agent options"
      description="What osquery is told on this team's hosts, instead of the global options."
    >
      <AgentOptionsEditor
        options={options}
        readOnly={readOnly}
        onSave={(next) => save.mutateAsync({ id, options: next })}
        actions={
          <Button variant="ghost" onClick={() => setLeaving(true)}>
            Use the global options
          </Button>
        }
      />
      <ConfirmDialog
        open={leaving}
        onOpenChange={setLeaving}
        title="Use the global options again?"
        description="The team's own options are removed. The activity keeps them."
        confirmLabel="Use global options"
        onConfirm={() => save.mutateAsync({ id, options: null })}
      />
    </Card>
  );
}

"use client";

import { Card } from "#components/ui/card.tsx";
import { useUpdateAgentOptions } from "#lib/settings/client.ts";
import { AgentOptionsEditor } from "./agent-options-editor.tsx";

interface AgentOptionsCardProps {
  options: object;
  editable: boolean;
}

export function AgentOptionsCard({ options, editable }: AgentOptionsCardProps) {
  const update = useUpdateAgentOptions();
  return (
    <Card
      title="Agent options"
      description="What osquery is told on hosts whose team has no options of its own."
    >
      <AgentOptionsEditor
        options={options}
        readOnly={!editable}
        onSave={(next) => update.mutateAsync(next)}
      />
    </Card>
  );
}

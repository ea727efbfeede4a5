"use client";

import { Card } from "#components/ui/card.tsx";
import { useUpdateAgentOptions } from "#lib/settings/client.ts";
import { AgentOptionsEditor } from "./agent-options-editor.tsx";

export function AgentOptionsCard({ options }: { options: object }) {
  const update = useUpdateAgentOptions();
  return (
    <Card
      title="Agent options"
      description="What osquery is told on hosts whose team has no options of its own."
    >
      <AgentOptionsEditor options={options} onSave={(next) => update.mutateAsync(next)} />
    </Card>
  );
}

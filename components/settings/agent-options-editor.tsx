"use client";

import { CircleCheck, WandSparkles } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { toast } from "#components/ui/toast.tsx";
import { errorMessage } from "#lib/http/api-error.ts";
import { agentOptionsSchema } from "#lib/settings/schema.ts";
import { checkJson, formatJson } from "./json-text.ts";

interface AgentOptionsEditorProps {
  /** As saved. */
  options: object;
  onSave: (options: object) => Promise<unknown>;
  readOnly?: boolean;
  /** Beside the other buttons. */
  actions?: ReactNode;
}

/** A text area rather than Monaco: it works on a phone and leaves Tab to those who navigate by it. */
export function AgentOptionsEditor({
  options,
  onSave,
  readOnly,
  actions,
}: AgentOptionsEditorProps) {
  const saved = formatJson(options);
  const [text, setText] = useState<string | null>(null);
  const [saving, setSaving] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const shown = text ?? saved;
  const check = checkJson(shown, agentOptionsSchema);
  const changed = shown !== saved;

  async function save() {
    if (!check.ok) return;
    setSaving(true);
    setRefusal(null);
    const problem = await onSave(check.value).then(() => null, errorMessage);
    setSaving(false);
    if (problem !== null) return setRefusal(problem);
    setText(null);
    toast.success("Saved. Hosts fetch it at their next refresh.");
  }

  return (
    <div className="flex flex-col gap-3">
      {refusal && <Banner tone="fail">{refusal}</Banner>}
      <Field
        label="Agent options"
        hideLabel
        error={check.ok ? undefined : check.problem}
        hint="JSON. “config” goes to osquery; “overrides.platforms” replaces it on darwin, windows or linux."
      >
        <Textarea
          mono
          rows={16}
          spellCheck={false}
          readOnly={readOnly}
          value={shown}
          onChange={(event) => setText(event.target.value)}
          className="max-h-[32rem] whitespace-pre"
        />
      </Field>
      {!readOnly && (
        <div className="flex flex-wrap items-center gap-2">
          <Button
            variant="primary"
            loading={saving}
            disabled={!changed || !check.ok}
            onClick={save}
          >
            Save options
          </Button>
          {changed && <Button onClick={() => setText(null)}>Undo changes</Button>}
          <Button
            variant="ghost"
            disabled={!check.ok}
            onClick={() => check.ok && setText(formatJson(check.value))}
          >
            <WandSparkles aria-hidden />
            Format
          </Button>
          {actions}
          {check.ok && (
            <span role="status" className="ml-auto flex items-center gap-1.5 text-pass text-xs">
              <CircleCheck aria-hidden className="size-3.5" />
              {changed ? "Valid, not saved yet" : "Valid"}
            </span>
          )}
        </div>
      )}
    </div>
  );
}

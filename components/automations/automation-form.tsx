"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { Send } from "lucide-react";
import { useForm, useWatch } from "react-hook-form";
import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { ChoiceLabel } from "#components/ui/choice-label.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { toast } from "#components/ui/toast.tsx";
import { errorMessage } from "#lib/http/api-error.ts";
import { useSendTest, useUpdateAutomation } from "#lib/webhooks/client.ts";
import { automationForm, type FailingPoliciesJson } from "#lib/webhooks/schema.ts";
import { PolicyChoice } from "./policy-choice.tsx";
import { SecretSection } from "./secret-section.tsx";

interface AutomationFormProps {
  teamId: number | null;
  webhook: FailingPoliciesJson;
  mayEdit: boolean;
  /** A test is on its way. */
  onTest: () => void;
}

export function AutomationForm({ teamId, webhook, mayEdit, onTest }: AutomationFormProps) {
  const owner = { kind: "failing_policies", teamId } as const;
  const update = useUpdateAutomation(teamId);
  const test = useSendTest(owner);
  const form = useForm<FailingPoliciesJson, unknown, FailingPoliciesJson>({
    resolver: mayEdit ? zodResolver(automationForm) : undefined,
    defaultValues: webhook,
  });
  const values = useWatch({ control: form.control }) as FailingPoliciesJson;
  const { errors, isDirty, isSubmitting } = form.formState;

  async function save(given: FailingPoliciesJson) {
    const { failing_policies_webhook: saved } = await update.mutateAsync(given);
    form.reset(saved);
    toast.success(
      saved.enable_failing_policies_webhook ? "Automation saved." : "Saved; it is off.",
    );
  }

  async function sendTest() {
    const problem = await test.mutateAsync(undefined).then(() => null, errorMessage);
    if (problem) toast.error(problem);
    else onTest();
  }

  const toggle = (name: "enable_failing_policies_webhook" | "enable_recovered_webhook") => (
    <Checkbox
      checked={values[name]}
      disabled={!mayEdit}
      onCheckedChange={(on) => form.setValue(name, on === true, { shouldDirty: true })}
    />
  );

  return (
    <Form form={form} onSubmit={save} className="pt-4">
      <ChoiceLabel
        label="Send a webhook when hosts begin to fail"
        hint="Within seconds, once for each time a host begins to fail; not while it is exempt or the policy is paused. Who fails already is not told of."
        control={toggle("enable_failing_policies_webhook")}
      />
      <Field
        label="Destination URL"
        hint="Gets a POST with the policy and the hosts as JSON."
        error={errors.destination_url?.message}
      >
        <Input
          type="url"
          readOnly={!mayEdit}
          placeholder="https://hooks.example.com/muster"
          {...form.register("destination_url")}
        />
      </Field>
      <PolicyChoice
        teamId={teamId}
        value={values.policy_ids}
        disabled={!mayEdit}
        onValueChange={(ids) => form.setValue("policy_ids", ids, { shouldDirty: true })}
      />
      <Field
        label="Hosts per request"
        hint="0: as many as fit, 10,000 at most."
        error={errors.host_batch_size?.message}
        className="max-w-48"
      >
        <Input
          type="number"
          min={0}
          readOnly={!mayEdit}
          {...form.register("host_batch_size", { valueAsNumber: true })}
        />
      </Field>
      <ChoiceLabel
        label="Also when a host passes again"
        hint="As a request of its own, with the header Muster-Event: recovered."
        control={toggle("enable_recovered_webhook")}
      />
      {mayEdit && (
        <>
          <SecretSection owner={owner} />
          <div className="flex flex-wrap items-center gap-2 pt-1">
            <Button type="submit" variant="primary" disabled={!isDirty} loading={isSubmitting}>
              Save
            </Button>
            <Button
              onClick={sendTest}
              loading={test.isPending}
              disabled={isDirty || webhook.destination_url === ""}
            >
              <Send aria-hidden />
              Send a test
            </Button>
            {isDirty && <span className="text-muted text-xs">Save before you send a test.</span>}
          </div>
        </>
      )}
    </Form>
  );
}

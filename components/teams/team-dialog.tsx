"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useRouter } from "next/navigation";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { toast } from "#components/ui/toast.tsx";
import { useCreateTeam, useUpdateTeam } from "#lib/teams/client.ts";
import { type TeamJson, teamNameSchema } from "#lib/teams/schema.ts";

const schema = z.object({ name: teamNameSchema, description: z.string().max(10_000) });

interface TeamDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** Undefined makes a new one and opens its page. */
  team?: TeamJson;
}

export function TeamDialog({ open, onOpenChange, team }: TeamDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={team ? "Edit team" : "New team"}
      description={team ? undefined : "It gets an enroll secret of its own."}
    >
      <TeamForm team={team} onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

function TeamForm({ team, onDone }: { team?: TeamJson; onDone: () => void }) {
  const router = useRouter();
  const create = useCreateTeam();
  const update = useUpdateTeam();
  const form = useForm({
    resolver: zodResolver(schema),
    defaultValues: { name: team?.name ?? "", description: team?.description ?? "" },
  });
  const { errors, isSubmitting } = form.formState;

  async function submit(values: z.output<typeof schema>) {
    if (team) {
      await update.mutateAsync({ id: team.id, ...values });
      toast.success("Team saved.");
    } else {
      const made = await create.mutateAsync(values);
      router.push(`/teams/${made.team.id}`);
    }
    onDone();
  }

  return (
    <Form form={form} onSubmit={submit}>
      <Field label="Name" error={errors.name?.message}>
        <Input autoComplete="off" {...form.register("name")} />
      </Field>
      <Field label="Description" optional error={errors.description?.message}>
        <Textarea {...form.register("description")} />
      </Field>
      <DialogFooter>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" variant="primary" loading={isSubmitting}>
          {team ? "Save team" : "Create team"}
        </Button>
      </DialogFooter>
    </Form>
  );
}

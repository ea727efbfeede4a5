"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { Combobox } from "#components/ui/combobox.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import { ROLE_OPTIONS } from "#components/users/roles.ts";
import type { Role } from "#lib/auth/roles.ts";
import { errorMessage } from "#lib/http/api-error.ts";
import { useAddMembers } from "#lib/teams/client.ts";
import { userListOptions } from "#lib/users/client.ts";

interface AddMemberDialogProps {
  teamId: number;
  members: readonly { id: number }[];
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function AddMemberDialog({ open, onOpenChange, ...rest }: AddMemberDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Add a person">
      <AddMember {...rest} onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

type AddMemberProps = Pick<AddMemberDialogProps, "teamId" | "members"> & { onDone: () => void };

const FOUND_MAX = 20;

function AddMember({ teamId, members, onDone }: AddMemberProps) {
  const [search, setSearch] = useState("");
  const [userId, setUserId] = useState<string | null>(null);
  const [role, setRole] = useState<Role>("observer");
  const found = useQuery({
    ...userListOptions({ query: search, per_page: FOUND_MAX }),
    placeholderData: keepPreviousData,
  });
  const add = useAddMembers();
  const options = (found.data?.users ?? [])
    .filter((user) => user.global_role === null && !members.some(({ id }) => id === user.id))
    .map((user) => ({ value: String(user.id), label: user.name, hint: user.email }));

  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        const users = [{ id: Number(userId), role }];
        add.mutate({ id: teamId, users }, { onSuccess: onDone });
      }}
    >
      {add.isError && <Banner tone="fail">{errorMessage(add.error)}</Banner>}
      <Field
        label="Person"
        hint="People with a global role are not listed: they see every team already."
      >
        <Combobox
          options={options}
          value={userId}
          onValueChange={setUserId}
          onSearch={setSearch}
          placeholder="Choose a person…"
          searchPlaceholder="Name or e-mail"
          emptyText={found.isError ? errorMessage(found.error) : "Nobody to add of that name."}
        />
      </Field>
      <Field label="Role in this team">
        <Select
          options={ROLE_OPTIONS}
          value={role}
          onValueChange={(next) => setRole(next as Role)}
        />
      </Field>
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" variant="primary" disabled={!userId} loading={add.isPending}>
          Add to team
        </Button>
      </div>
    </form>
  );
}

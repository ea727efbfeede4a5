"use client";

import { UserPlus, UsersRound, UserX } from "lucide-react";
import { useState } from "react";
import { Avatar } from "#components/layout/avatar.tsx";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import { Select } from "#components/ui/select.tsx";
import { toast } from "#components/ui/toast.tsx";
import { ROLE_OPTIONS, ROLES } from "#components/users/roles.ts";
import { UserDialog } from "#components/users/user-dialog.tsx";
import type { Role } from "#lib/auth/roles.ts";
import { useAddMembers, useRemoveMembers } from "#lib/teams/client.ts";
import type { TeamJson } from "#lib/teams/schema.ts";
import { AddMemberDialog } from "./add-member-dialog.tsx";

type Member = NonNullable<TeamJson["users"]>[number];

interface TeamMembersProps {
  team: TeamJson;
  members: Member[];
}

export function TeamMembers({ team, members }: TeamMembersProps) {
  const [open, setOpen] = useState<"add" | "new" | null>(null);
  const [leaving, setLeaving] = useState<Member | null>(null);
  const remove = useRemoveMembers();
  const actions = (
    <>
      <Button size="sm" onClick={() => setOpen("new")}>
        New user
      </Button>
      <Button size="sm" variant="primary" onClick={() => setOpen("add")}>
        <UserPlus aria-hidden />
        Add person
      </Button>
    </>
  );
  return (
    <Card
      title="People"
      description="They see this team and the global policies, and nothing of other teams. People with a global role need no place here."
      flush
      actions={members.length > 0 && actions}
    >
      {members.length === 0 ? (
        <EmptyState
          icon={<UsersRound />}
          title="Nobody belongs to this team only"
          description="People with a global role see it all the same."
          actions={actions}
          className="py-10"
        />
      ) : (
        <ul aria-label="People of the team">
          {members.map((member) => (
            <MemberRow
              key={member.id}
              teamId={team.id}
              member={member}
              onRemove={() => setLeaving(member)}
            />
          ))}
        </ul>
      )}
      <AddMemberDialog
        teamId={team.id}
        members={members}
        open={open === "add"}
        onOpenChange={(next) => setOpen(next ? "add" : null)}
      />
      <UserDialog
        teamId={team.id}
        open={open === "new"}
        onOpenChange={(next) => setOpen(next ? "new" : null)}
      />
      <ConfirmDialog
        open={leaving !== null}
        onOpenChange={() => setLeaving(null)}
        title={`Remove ${leaving?.name ?? ""} from ${team.name}?`}
        description="They keep their roles in other teams. Somebody whose only role this is has to be given another one or deleted."
        confirmLabel="Remove from team"
        onConfirm={() => remove.mutateAsync({ id: team.id, users: [{ id: leaving?.id ?? 0 }] })}
      />
    </Card>
  );
}

interface MemberRowProps {
  teamId: number;
  member: Member;
  onRemove: () => void;
}

function MemberRow({ teamId, member, onRemove }: MemberRowProps) {
  const change = useAddMembers();
  function setRole(role: Role) {
    change.mutate(
      { id: teamId, users: [{ id: member.id, role }] },
      {
        onSuccess: () => toast.success(`${member.name} is ${ROLES[role].label.toLowerCase()} now.`),
        onError: (error) => toast.error(error, "The role was not changed"),
      },
    );
  }
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 border-line border-b px-4 py-2.5 last:border-b-0">
      <Avatar name={member.name || member.email} />
      <div className="min-w-0 flex-1 basis-40">
        <p className="flex flex-wrap items-center gap-x-2 font-medium text-sm">
          {member.name}
          {member.api_only && <Badge tone="accent">API only</Badge>}
        </p>
        <p className="break-all text-muted text-xs">{member.email}</p>
      </div>
      <div className="flex items-center gap-2 max-sm:w-full max-sm:justify-between max-sm:pl-11">
        <Select
          aria-label={`Role of ${member.name}`}
          options={ROLE_OPTIONS}
          value={change.isPending ? change.variables.users[0]?.role : member.role}
          onValueChange={(role) => setRole(role as Role)}
          className="w-36"
        />
        <IconButton label={`Remove ${member.name}`} size="sm" onClick={onRemove}>
          <UserX aria-hidden />
        </IconButton>
      </div>
    </li>
  );
}

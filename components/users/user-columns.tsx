import { Avatar } from "#components/layout/avatar.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { columnsOf } from "#components/ui/table-features.ts";
import type { UserJson } from "#lib/users/schema.ts";
import { rolesText } from "./roles.ts";
import { UserMenu } from "./user-menu.tsx";

const column = columnsOf<UserJson>();

export const USER_COLUMNS = [
  column.accessor("name", {
    header: "Name",
    cell: ({ row: { original: user } }) => (
      <span className="flex items-center gap-3 py-1">
        <Avatar name={user.name || user.email} className="max-sm:hidden" />
        <span className="min-w-0">
          <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
            <span className="font-medium">{user.name}</span>
            {user.api_only && <Badge tone="accent">API only</Badge>}
            {user.force_password_reset && <Badge tone="error">New password due</Badge>}
          </span>
          <span className="block break-all text-muted text-xs">{user.email}</span>
          <span className="block text-muted text-xs md:hidden">{rolesText(user)}</span>
        </span>
      </span>
    ),
  }),
  column.display({
    id: "roles",
    header: "Role",
    meta: { hideBelow: "md" },
    cell: ({ row }) => rolesText(row.original),
  }),
  column.accessor("created_at", {
    header: "Created",
    meta: { hideBelow: "lg", className: "w-40" },
    cell: ({ row }) => <RelativeTime value={row.original.created_at} />,
  }),
  column.display({
    id: "actions",
    header: () => <span className="sr-only">Actions</span>,
    meta: { label: "Actions", align: "right", className: "w-12" },
    cell: ({ row }) => <UserMenu user={row.original} />,
  }),
];

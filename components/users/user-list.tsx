"use client";

import { Plus, SearchX } from "lucide-react";
import { useState } from "react";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { SearchedList } from "#components/layout/searched-list.tsx";
import { Button } from "#components/ui/button.tsx";
import { userListOptions } from "#lib/users/client.ts";
import { USER_COLUMNS } from "./user-columns.tsx";
import { UserDialog } from "./user-dialog.tsx";

export function UserList() {
  const [creating, setCreating] = useState(false);
  return (
    <>
      <PageHeader
        title="Users"
        description="People who sign in, and programs that use the API."
        actions={
          <Button variant="primary" onClick={() => setCreating(true)}>
            <Plus aria-hidden />
            New user
          </Button>
        }
      />
      <SearchedList
        what="users"
        placeholder="Search name or e-mail"
        columns={USER_COLUMNS}
        orderKeys={["name", "created_at"]}
        options={userListOptions}
        rowsOf={({ users }) => users}
        empty={(_, clearButton) => (
          <EmptyState
            icon={<SearchX />}
            title="Nobody matches"
            description="No user's name or e-mail address contains that."
            actions={clearButton}
          />
        )}
      />
      <UserDialog open={creating} onOpenChange={setCreating} />
    </>
  );
}

import { Card } from "#components/ui/card.tsx";
import { Table, TableScroll, Td, Th, Tr } from "#components/ui/table.tsx";
import type { HostDetailJson } from "#lib/hosts/json.ts";

export function HostUsers({ users }: { users: HostDetailJson["users"] }) {
  if (users.length === 0) return null;
  return (
    <Card flush title="Users" description="Accounts on this machine">
      <TableScroll label="Users of this host" className="max-h-96 overflow-y-auto">
        <Table>
          <thead>
            <tr>
              <Th>Name</Th>
              <Th>User id</Th>
              <Th className="max-sm:hidden">Group</Th>
              <Th>Shell</Th>
            </tr>
          </thead>
          <tbody>
            {users.map((user) => (
              <Tr key={user.uid}>
                <Td className="font-medium">{user.username}</Td>
                <Td className="text-muted tabular-nums">{user.uid}</Td>
                <Td className="text-muted max-sm:hidden">{user.groupname}</Td>
                <Td className="font-mono text-muted text-xs">{user.shell}</Td>
              </Tr>
            ))}
          </tbody>
        </Table>
      </TableScroll>
    </Card>
  );
}

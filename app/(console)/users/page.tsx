import { UserList } from "#components/users/user-list.tsx";

export const metadata = { title: "Users" };

export default function UsersPage() {
  return <UserList />;
}

import { Account } from "#components/account/account.tsx";

export const metadata = { title: "Account" };

export default function AccountPage() {
  return <Account />;
}

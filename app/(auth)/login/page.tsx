import { redirect } from "next/navigation";
import { LoginForm } from "#components/auth/login-form.tsx";
import { Centered } from "#components/layout/centered.tsx";
import { getSetupState } from "#lib/setup/setup.ts";

export const metadata = { title: "Sign in" };

export default async function LoginPage() {
  const state = await getSetupState();
  if (!state.set_up) redirect("/setup");
  return (
    <Centered title="Sign in" description={`to the console of ${state.org_name}`}>
      <LoginForm />
    </Centered>
  );
}

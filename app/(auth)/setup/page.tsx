import { redirect } from "next/navigation";
import { SetupForm } from "#components/auth/setup-form.tsx";
import { Centered } from "#components/layout/centered.tsx";
import { getSetupState } from "#lib/setup/setup.ts";

export const metadata = { title: "Set up" };

export default async function SetupPage() {
  if ((await getSetupState()).set_up) redirect("/login");
  return (
    <Centered
      title="Set up Muster"
      description="You are the first one here. This makes your organisation and its first admin."
    >
      <SetupForm />
    </Centered>
  );
}

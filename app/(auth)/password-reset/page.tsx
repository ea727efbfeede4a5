import { PasswordResetForm } from "#components/auth/password-reset-form.tsx";
import { Centered } from "#components/layout/centered.tsx";

export const metadata = { title: "New password" };

export default function PasswordResetPage() {
  return (
    <Centered
      title="Choose a new password"
      description="An admin asked for it. Until then you cannot see anything else."
    >
      <PasswordResetForm />
    </Centered>
  );
}

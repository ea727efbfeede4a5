import type { ReactNode } from "react";
import { Logo } from "./logo.tsx";
import { ThemeSwitch } from "./theme-switch.tsx";

interface CenteredProps {
  title: string;
  description?: ReactNode;
  children: ReactNode;
  /** Below the card: a link, a version. */
  footer?: ReactNode;
}

/** One card in the middle: sign-in, set-up, and pages outside the console. */
export function Centered({ title, description, children, footer }: CenteredProps) {
  return (
    <div className="flex min-h-dvh flex-col">
      <main className="flex flex-1 flex-col items-center justify-center px-4 py-10">
        <div className="w-full max-w-sm">
          <Logo className="mb-8 justify-center" />
          <section
            aria-label={title}
            className="rounded-xl border border-line bg-surface p-6 shadow-md sm:p-7"
          >
            <h1 className="font-semibold text-xl tracking-tight">{title}</h1>
            {description && <p className="mt-1 text-pretty text-muted text-sm">{description}</p>}
            <div className="mt-5">{children}</div>
          </section>
          {footer && <div className="mt-5 text-center text-muted text-xs">{footer}</div>}
        </div>
      </main>
      <footer className="flex justify-center pb-6">
        <ThemeSwitch />
      </footer>
    </div>
  );
}

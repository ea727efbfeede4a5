import type { ReactNode } from "react";
import { LogoMark } from "#components/layout/logo.tsx";
import { ThemeSwitch } from "#components/layout/theme-switch.tsx";

interface DeviceShellProps {
  organisation?: string;
  /** Shown only from this server: the content policy loads no picture of another. */
  logoUrl?: string;
  children: ReactNode;
}

/** A page of its own, without the console around it. */
export function DeviceShell({ organisation, logoUrl, children }: DeviceShellProps) {
  const ownLogo = logoUrl?.startsWith("/") && !logoUrl.startsWith("//");
  return (
    <div className="mx-auto flex min-h-dvh w-full max-w-2xl flex-col px-4 sm:px-6">
      <header className="flex items-center gap-2.5 py-5">
        {ownLogo ? (
          // biome-ignore lint/performance/noImgElement: a small file of this server, of any size.
          <img src={logoUrl} alt="" className="h-7 w-auto" />
        ) : (
          <LogoMark />
        )}
        <span className="min-w-0 truncate font-semibold text-base">{organisation ?? "Muster"}</span>
        <span className="ml-auto text-muted text-sm">My device</span>
      </header>
      <main className="flex flex-1 flex-col gap-5 pb-10">{children}</main>
      <footer className="flex justify-center pb-6">
        <ThemeSwitch />
      </footer>
    </div>
  );
}

import { ShieldAlert, ShieldCheck, ShieldQuestion } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "#components/ui/cn.ts";
import type { DeviceHostJson } from "#lib/device/schema.ts";
import { verdictWords } from "./words.ts";

const LOOKS = {
  pass: { icon: ShieldCheck, frame: "border-pass-line bg-pass-soft", tint: "bg-pass-fill" },
  fail: { icon: ShieldAlert, frame: "border-fail-line bg-fail-soft", tint: "bg-fail-fill" },
  unknown: { icon: ShieldQuestion, frame: "border-line bg-sunken", tint: "bg-na" },
} as const;

interface DeviceVerdictProps {
  host: DeviceHostJson;
  organisation: string;
  /** What one can do about it. */
  children: ReactNode;
}

export function DeviceVerdict({ host, organisation, children }: DeviceVerdictProps) {
  const { tone, title, text } = verdictWords(host, organisation);
  const look = LOOKS[tone];
  return (
    <section
      aria-label="Result"
      data-verdict={host.verdict}
      className={cn("rounded-xl border px-5 py-6 sm:px-8 sm:py-8", look.frame)}
    >
      <span
        className={cn("mb-4 grid size-12 place-items-center rounded-full text-surface", look.tint)}
      >
        <look.icon aria-hidden className="size-6" />
      </span>
      <p className="break-words text-muted text-sm">{host.display_name}</p>
      <div aria-live="polite">
        <h1 className="mt-1 text-balance font-semibold text-2xl tracking-tight sm:text-3xl">
          {title}
        </h1>
        <p className="mt-2 max-w-prose text-pretty text-base text-muted">{text}</p>
      </div>
      <div className="mt-5">{children}</div>
    </section>
  );
}

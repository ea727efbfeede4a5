import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "./cn.ts";

const TONES = {
  info: { icon: Info, className: "border-accent-line bg-accent-soft", tint: "text-accent-text" },
  pass: { icon: CircleCheck, className: "border-pass-line bg-pass-soft", tint: "text-pass" },
  warning: {
    icon: TriangleAlert,
    className: "border-error-line bg-error-soft",
    tint: "text-error",
  },
  fail: { icon: CircleAlert, className: "border-fail-line bg-fail-soft", tint: "text-fail" },
} as const;

interface BannerProps {
  tone?: keyof typeof TONES;
  title?: string;
  children?: ReactNode;
  actions?: ReactNode;
  className?: string;
}

/** Something about the whole page or form. Failures are announced at once, the rest politely. */
export function Banner({ tone = "info", title, children, actions, className }: BannerProps) {
  const look = TONES[tone];
  return (
    <div
      role={tone === "fail" ? "alert" : "status"}
      className={cn(
        "flex flex-wrap items-start gap-x-3 gap-y-2 rounded-lg border px-3.5 py-2.5 text-sm",
        look.className,
        className,
      )}
    >
      <look.icon aria-hidden className={cn("mt-0.5 size-4 shrink-0", look.tint)} />
      <div className="min-w-0 flex-1 basis-52">
        {title && <p className="font-medium text-ink">{title}</p>}
        {children && <div className="text-pretty text-muted">{children}</div>}
      </div>
      {actions && <div className="flex items-center gap-2">{actions}</div>}
    </div>
  );
}

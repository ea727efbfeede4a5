import type { ComponentProps } from "react";
import { cn } from "./cn.ts";

export const BADGE_TONES = {
  neutral: "border-na-line bg-na-soft text-na",
  accent: "border-accent-line bg-accent-soft text-accent-text",
  pass: "border-pass-line bg-pass-soft text-pass",
  fail: "border-fail-line bg-fail-soft text-fail",
  error: "border-error-line bg-error-soft text-error",
  pending: "border-pending-line bg-pending-soft text-pending",
  stale: "border-stale-line bg-stale-soft text-stale",
} as const;

export type BadgeTone = keyof typeof BADGE_TONES;

interface BadgeProps extends ComponentProps<"span"> {
  tone?: BadgeTone;
}

/** The looks of a badge, for links. */
export const badgeClass = (tone: BadgeTone) =>
  cn(
    "inline-flex h-5 shrink-0 items-center gap-1 whitespace-nowrap rounded-sm border px-1.5",
    "font-medium text-2xs [&_svg]:size-3",
    BADGE_TONES[tone],
  );

/** A short fact about the thing beside it. Colour alone must not carry the meaning. */
export function Badge({ tone = "neutral", className, ...props }: BadgeProps) {
  return <span {...props} className={cn(badgeClass(tone), className)} />;
}

import Link from "next/link";
import type { ComponentProps } from "react";
import { cn } from "./cn.ts";

/**
 * The name of a row, whose link covers the whole row: a big target, and still one real link that
 * opens in a new tab and has a name. Other controls of the row need `relative z-10`. A word that is
 * too long breaks, so that no name makes the table wider than its page.
 */
export function RowLink({ className, ...props }: ComponentProps<typeof Link>) {
  return (
    <Link
      {...props}
      className={cn(
        "wrap-anywhere inline-block min-w-32 font-medium text-ink underline-offset-3 outline-none hover:underline",
        "after:absolute after:inset-0 after:content-[''] focus-visible:after:outline-2",
        "focus-visible:after:-outline-offset-2 focus-visible:after:outline-ring",
        className,
      )}
    />
  );
}

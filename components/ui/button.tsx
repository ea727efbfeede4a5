import { LoaderCircle } from "lucide-react";
import { Slot } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "./cn.ts";

const VARIANTS = {
  primary: "bg-accent text-accent-ink shadow-xs hover:bg-accent-hover",
  secondary: "border border-line-strong bg-surface text-ink shadow-xs hover:bg-hover",
  ghost: "text-muted hover:bg-hover hover:text-ink",
  danger: "bg-danger text-danger-ink shadow-xs hover:bg-danger-hover",
  "danger-quiet": "border border-line-strong bg-surface text-fail shadow-xs hover:bg-fail-soft",
  link: "h-auto px-0 text-accent-text underline-offset-3 hover:underline pointer-coarse:h-auto",
} as const;

/** Fingers get 40 px whatever the size asked for. */
const SIZES = {
  sm: "h-7 gap-1.5 px-2.5 text-xs pointer-coarse:h-10",
  md: "h-8 gap-2 px-3 text-sm pointer-coarse:h-10",
  lg: "h-10 gap-2 px-4 text-base",
} as const;

export interface ButtonProps extends ComponentProps<"button"> {
  variant?: keyof typeof VARIANTS;
  size?: keyof typeof SIZES;
  /** Shows a spinner and refuses clicks, but keeps the focus and the width. */
  loading?: boolean;
  /** Gives the looks to the only child, for instance a `Link`. */
  asChild?: boolean;
}

export function buttonClass(
  variant: keyof typeof VARIANTS = "secondary",
  size: keyof typeof SIZES = "md",
) {
  return cn(
    "relative inline-flex shrink-0 select-none items-center justify-center whitespace-nowrap",
    "rounded-md font-medium transition-colors [&_svg:not([class*=size-])]:size-4 [&_svg]:shrink-0",
    "disabled:opacity-50 aria-busy:opacity-85",
    SIZES[size],
    VARIANTS[variant],
  );
}

export function Button(props: ButtonProps) {
  const { variant, size, loading, asChild, className, children, onClick, ...rest } = props;
  const classes = cn(buttonClass(variant, size), className);
  if (asChild) {
    return (
      <Slot.Root className={classes} onClick={onClick} {...rest}>
        {children}
      </Slot.Root>
    );
  }
  return (
    <button
      type="button"
      className={classes}
      aria-busy={loading || undefined}
      aria-disabled={loading || undefined}
      onClick={loading ? (event) => event.preventDefault() : onClick}
      {...rest}
    >
      {loading && <LoaderCircle aria-hidden className="absolute size-4 animate-spin" />}
      <span className={cn("contents", loading && "[&>*]:invisible text-transparent")}>
        {children}
      </span>
    </button>
  );
}

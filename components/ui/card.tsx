import type { ReactNode } from "react";
import { cn } from "./cn.ts";

interface CardProps {
  title?: string;
  description?: ReactNode;
  /** Buttons or links at the right end of the title's line. */
  actions?: ReactNode;
  /** No padding around the content: for tables and lists that reach the edges. */
  flush?: boolean;
  footer?: ReactNode;
  className?: string;
  children?: ReactNode;
}

export function Card(props: CardProps) {
  const { title, description, actions, flush, footer, className, children } = props;
  return (
    <section
      aria-label={title}
      className={cn(
        "flex min-w-0 flex-col overflow-hidden rounded-lg border border-line bg-surface shadow-xs",
        className,
      )}
    >
      {(title || actions) && (
        <header className="flex min-h-12 flex-wrap items-center justify-between gap-x-4 gap-y-1 px-4 py-2.5">
          <div className="min-w-0">
            <h2 className="font-semibold text-base">{title}</h2>
            {description && <p className="text-pretty text-muted text-xs">{description}</p>}
          </div>
          {actions && <div className="flex items-center gap-2">{actions}</div>}
        </header>
      )}
      <div className={cn("min-w-0 flex-1", cardPadding(flush, Boolean(title || actions)))}>
        {children}
      </div>
      {footer && (
        <footer className="border-line border-t bg-sunken/50 px-4 py-2.5 text-muted text-xs">
          {footer}
        </footer>
      )}
    </section>
  );
}

function cardPadding(flush: boolean | undefined, headed: boolean): string {
  if (flush) return headed ? "border-line border-t" : "";
  return headed ? "px-4 pb-4" : "p-4";
}

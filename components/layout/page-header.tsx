import { ChevronRight } from "lucide-react";
import Link from "next/link";
import { Fragment, type ReactNode } from "react";

export interface Crumb {
  label: string;
  href: string;
}

interface PageHeaderProps {
  title: ReactNode;
  description?: ReactNode;
  /** The pages above this one, outermost first; not this page itself. */
  breadcrumbs?: readonly Crumb[];
  /** Badges beside the title. */
  badges?: ReactNode;
  /** Buttons; the main one last. */
  actions?: ReactNode;
}

export function PageHeader(props: PageHeaderProps) {
  const { title, description, breadcrumbs, badges, actions } = props;
  return (
    <header className="flex flex-col gap-2">
      {breadcrumbs && <Breadcrumbs crumbs={breadcrumbs} />}
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 lg:flex-nowrap">
        <div className="min-w-0">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h1 className="min-w-0 break-words font-semibold text-2xl">{title}</h1>
            {badges}
          </div>
          {description && (
            <div className="mt-1 max-w-2xl text-pretty break-words text-muted text-sm">
              {description}
            </div>
          )}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2 lg:shrink-0">{actions}</div>}
      </div>
    </header>
  );
}

function Breadcrumbs({ crumbs }: { crumbs: readonly Crumb[] }) {
  return (
    <nav aria-label="Breadcrumbs">
      <ol className="flex flex-wrap items-center gap-1 text-muted text-sm">
        {crumbs.map(({ label, href }, index) => (
          <Fragment key={href}>
            {index > 0 && <ChevronRight aria-hidden className="size-3.5 text-faint" />}
            <li>
              <Link href={href} className="rounded-xs hover:text-ink hover:underline">
                {label}
              </Link>
            </li>
          </Fragment>
        ))}
      </ol>
    </nav>
  );
}

import Link from "next/link";
import { Fragment } from "react";
import type { ActivityJson } from "#lib/activities/schema.ts";
import { type Part, sentenceOf } from "./sentences.ts";

/** Who did what, with links to what it was done to. */
export function Sentence({ activity }: { activity: ActivityJson }) {
  return (
    <span className="text-pretty break-words text-muted text-sm">
      <span className="font-medium text-ink">{actorName(activity)}</span>{" "}
      {sentenceOf(activity).map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence never move.
        <Fragment key={index}>
          <PartText part={part} />
        </Fragment>
      ))}
    </span>
  );
}

function PartText({ part }: { part: Part }) {
  if (typeof part === "string") return part;
  if (!part.href) return <span className="font-medium text-ink">{part.name}</span>;
  return (
    <Link
      href={part.href}
      className="rounded-xs font-medium text-ink underline decoration-line-strong underline-offset-3 hover:decoration-current"
    >
      {part.name}
    </Link>
  );
}

export function actorName(activity: ActivityJson): string {
  return activity.actor_full_name || activity.actor_email || "Muster";
}

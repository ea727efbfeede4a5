import { Avatar } from "#components/layout/avatar.tsx";
import { LogoMark } from "#components/layout/logo.tsx";
import type { ActivityJson } from "#lib/activities/schema.ts";
import { actorName } from "./sentence.tsx";

/** A person's initials, or our own mark for what the server did by itself. */
export function ActorIcon({ activity }: { activity: ActivityJson }) {
  if (!activity.fleet_initiated) return <Avatar name={actorName(activity)} className="size-7" />;
  return (
    <span aria-hidden className="grid size-7 shrink-0 place-items-center">
      <LogoMark className="size-5" />
    </span>
  );
}

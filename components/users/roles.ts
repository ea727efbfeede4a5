import type { Role } from "#lib/auth/roles.ts";
import type { UserJson } from "#lib/users/schema.ts";

export const ROLES: Record<Role, { label: string; hint: string }> = {
  admin: { label: "Admin", hint: "Everything, people and settings included." },
  maintainer: { label: "Maintainer", hint: "Hosts, policies and enroll secrets." },
  observer: { label: "Observer", hint: "Sees everything and changes nothing." },
  observer_plus: {
    label: "Observer+",
    hint: "As observer; Fleet’s name for one who may also run queries.",
  },
  gitops: { label: "GitOps", hint: "For programs: writes policies and settings, reads no hosts." },
};

export const ROLE_OPTIONS = Object.entries(ROLES).map(([value, { label, hint }]) => ({
  value,
  label,
  hint,
}));

/** A user's roles in words: "Global admin", or "Observer of Berlin, admin of Paris". */
export function rolesText(user: Pick<UserJson, "global_role" | "teams">): string {
  if (user.global_role) return `Global ${ROLES[user.global_role].label.toLowerCase()}`;
  const texts = user.teams.map((team) => `${ROLES[team.role].label.toLowerCase()} of ${team.name}`);
  const text = texts.join(", ");
  return text ? text.charAt(0).toUpperCase() + text.slice(1) : "No role";
}

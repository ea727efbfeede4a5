export const ROLES = ["admin", "maintainer", "observer", "observer_plus", "gitops"] as const;
export type Role = (typeof ROLES)[number];

export function isRole(name: string): name is Role {
  return (ROLES as readonly string[]).includes(name);
}

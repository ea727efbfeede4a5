import { authorize, GLOBAL, teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { notFound } from "#lib/errors.ts";
import { selectLabelsByName } from "#lib/labels/sql.ts";
import { selectIdsByEmail } from "#lib/users/sql.ts";
import type { Translate } from "./schema.ts";
import { selectHostId, selectTeamIdsByName } from "./sql.ts";

type Kind = Translate["list"][number]["type"];
type Finder = (viewer: Viewer, identifier: string) => Promise<number | undefined>;

const findTeam: Finder = async (viewer, name) => {
  const scope = teamScope(viewer, "team:read");
  return (await selectTeamIdsByName(database(), scope, [name])).get(name);
};

const find: Record<Kind, Finder> = {
  user: async (viewer, email) => {
    const address = email.toLowerCase();
    const scope = teamScope(viewer, "user:read");
    return (await selectIdsByEmail(database(), scope, [address])).get(address);
  },
  label: async (viewer, name) => {
    authorize(viewer, "label:read", GLOBAL);
    const [label] = await selectLabelsByName(database(), [name]);
    return label?.id;
  },
  team: findTeam,
  fleet: findTeam,
  host: (viewer, identifier) =>
    selectHostId(database(), teamScope(viewer, "host:identify"), identifier),
};

/** Ids of things by what people call them, for Fleet's command line. Throws at the first unknown. */
export async function translate(viewer: Viewer, { list }: Translate) {
  const translated = [];
  for (const { type, payload } of list) {
    const id = await find[type](viewer, payload.identifier);
    if (id === undefined) throw notFound(`The ${type} ${payload.identifier}`);
    translated.push({ type, payload: { identifier: payload.identifier, id } });
  }
  return { list: translated };
}

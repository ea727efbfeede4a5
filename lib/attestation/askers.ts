import type { Database } from "#db/client.ts";
import { requireSetUp, requireUser, unauthenticated } from "#lib/auth/authenticate.ts";
import { findSessions, touchSession } from "#lib/auth/sessions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { hashToken } from "#lib/crypto.ts";

/** Who asks: somebody known already, or whoever a token belongs to. */
export type Asker = Viewer | { kind: "token"; token: string | undefined };

/** The users behind tokens, of many askers in one statement; see requireAsker for the others. */
export async function readViewers(
  db: Database,
  askers: readonly Asker[],
): Promise<(asker: Asker) => Viewer | undefined> {
  const tokens = new Set<string>();
  for (const asker of askers) if (asker.kind === "token" && asker.token) tokens.add(asker.token);
  const viewers = await viewersByToken(db, [...tokens]);
  return (asker) => (asker.kind === "token" ? viewers.get(asker.token ?? "") : asker);
}

async function viewersByToken(
  db: Database,
  tokens: readonly string[],
): Promise<Map<string, Viewer>> {
  const viewers = new Map<string, Viewer>();
  if (tokens.length === 0) return viewers;
  const hashes = tokens.map(hashToken);
  const sessions = await findSessions(db, hashes, new Date());
  for (const [index, token] of tokens.entries()) {
    const session = sessions.get(hashes[index]?.toString("hex") ?? "");
    if (!session) continue;
    await touchSession(db, session);
    viewers.set(token, session.viewer);
  }
  return viewers;
}

/** The refusal of an asker that nobody stands behind. */
export async function refuse(asker: Asker): Promise<never> {
  await requireSetUp();
  throw unauthenticated(asker.kind === "token" ? asker.token : undefined);
}

/** As for every other route: no user who must change the password first. */
export const admitted = (viewer: Viewer): Viewer =>
  viewer.kind === "user" ? requireUser(viewer, undefined) : viewer;

import { desc } from "drizzle-orm";
import * as changePassword from "#app/api/v1/fleet/change_password/route.ts";
import * as login from "#app/api/v1/fleet/login/route.ts";
import * as logout from "#app/api/v1/fleet/logout/route.ts";
import * as me from "#app/api/v1/fleet/me/route.ts";
import * as requiredReset from "#app/api/v1/fleet/perform_required_password_reset/route.ts";
import * as session from "#app/api/v1/fleet/sessions/[id]/route.ts";
import * as translate from "#app/api/v1/fleet/translate/route.ts";
import * as requireReset from "#app/api/v1/fleet/users/[id]/require_password_reset/route.ts";
import * as user from "#app/api/v1/fleet/users/[id]/route.ts";
import * as userSessions from "#app/api/v1/fleet/users/[id]/sessions/route.ts";
import * as admin from "#app/api/v1/fleet/users/admin/route.ts";
import * as rolesSpec from "#app/api/v1/fleet/users/roles/spec/route.ts";
import * as users from "#app/api/v1/fleet/users/route.ts";
import * as ownSession from "#app/api/v1/muster/sessions/[id]/route.ts";
import * as ownSessions from "#app/api/v1/muster/sessions/route.ts";
import * as tokens from "#app/api/v1/muster/tokens/route.ts";
import * as userTokens from "#app/api/v1/muster/users/[id]/tokens/route.ts";
import { sessions } from "#db/schema/users.ts";
import { database } from "#lib/database.ts";
import { accessTable } from "#lib/testing/access.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { insertUser, unique, type World } from "#lib/testing/world.ts";

await testDatabase();

const password = "correct horse 1!";
const email = () => `${unique("new").replace(" ", ".")}@example.com`;
const person = { name: "New", password };
const globalUser = () => ({ body: { ...person, email: email(), global_role: "observer" } });
const teamUser = (w: World) => ({
  body: { ...person, email: email(), teams: [{ id: w.teamId, role: "observer" }] },
});
const member = async (w: World) => ({
  params: { id: (await insertUser("observer", w.teamId)).id },
});
const apiUser = async (w: World) => ({
  params: { id: (await insertUser("observer", w.teamId, { apiOnly: true })).id },
});
const itsSession = async (w: World) => {
  await insertUser("observer", w.teamId);
  const [row] = await database().select().from(sessions).orderBy(desc(sessions.id)).limit(1);
  return { params: { id: row?.id ?? 0 } };
};
const withBody =
  (send: (w: World) => Promise<{ params: { id: number } }>, body: unknown) => async (w: World) => ({
    ...(await send(w)),
    body,
  });

accessTable({
  "GET /users": [users.GET, [200, 403, 403, 200, 200, 401]],
  "POST /users/admin, global role": [admin.POST, [200, 403, 403, 403, 403, 401], globalUser],
  "POST /users/admin, team role": [admin.POST, [200, 403, 403, 200, 403, 401], teamUser],
  "GET /users/{id}": [user.GET, [200, 403, 403, 200, 404, 401], member],
  "PATCH /users/{id}": [
    user.PATCH,
    [200, 403, 403, 200, 404, 401],
    withBody(member, { name: "X" }),
  ],
  "DELETE /users/{id}": [user.DELETE, [200, 403, 403, 200, 404, 401], member],
  "GET /users/{id}, a global admin": [
    user.GET,
    [200, 403, 403, 404, 404, 401],
    (w) => ({ params: { id: w.admin.id } }),
  ],
  "POST /users/{id}/require_password_reset": [
    requireReset.POST,
    [200, 403, 403, 200, 404, 401],
    withBody(member, { require: true }),
  ],
  "GET /users/{id}/sessions": [userSessions.GET, [200, 403, 403, 403, 403, 401], member],
  "DELETE /users/{id}/sessions": [userSessions.DELETE, [200, 403, 403, 403, 403, 401], member],
  "GET /sessions/{id}": [session.GET, [200, 403, 403, 403, 403, 401], itsSession],
  "DELETE /sessions/{id}": [session.DELETE, [200, 403, 403, 403, 403, 401], itsSession],
  "DELETE /muster/sessions/{id}": [ownSession.DELETE, [200, 403, 403, 403, 403, 401], itsSession],
  "GET /muster/sessions": [ownSessions.GET, [200, 200, 200, 200, 200, 401]],
  "GET /muster/tokens": [tokens.GET, [200, 200, 200, 200, 200, 401]],
  "POST /muster/tokens": [
    tokens.POST,
    [200, 200, 200, 200, 200, 401],
    () => ({ body: { name: "ci" } }),
  ],
  "GET /muster/users/{id}/tokens": [userTokens.GET, [200, 403, 403, 200, 404, 401], apiUser],
  "POST /muster/users/{id}/tokens": [
    userTokens.POST,
    [200, 403, 403, 200, 404, 401],
    withBody(apiUser, { name: "ci" }),
  ],
  "POST /users/roles/spec": [
    rolesSpec.POST,
    [200, 403, 403, 403, 403, 401],
    async (w) => {
      const { email: address } = await insertUser("observer", w.teamId);
      return { body: { spec: { roles: { [address]: { global_role: "maintainer" } } } } };
    },
  ],
  "POST /translate, a member of the team": [
    translate.POST,
    [200, 403, 403, 200, 404, 401],
    (w) => ({ body: { list: [{ type: "user", payload: { identifier: w.teamObserver.email } }] } }),
  ],
  "GET /me": [me.GET, [200, 200, 200, 200, 200, 401]],
  "POST /login, unknown account": [
    login.POST,
    [401, 401, 401, 401, 401, 401],
    () => ({ body: { email: email(), password } }),
  ],
  "POST /change_password, not the present one": [
    changePassword.POST,
    [422, 422, 422, 422, 422, 401],
    () => ({ body: { old_password: "wrong", new_password: password } }),
  ],
  "POST /perform_required_password_reset, not required": [
    requiredReset.POST,
    [403, 403, 403, 403, 403, 401],
    () => ({ body: { new_password: password } }),
  ],
  "POST /logout": [logout.POST, [200, 200, 200, 200, 200, 401]],
});

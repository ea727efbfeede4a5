import { type BrowserContext, test as base, type Page } from "@playwright/test";
import { type Api, type ApiAnswer, call, mustCall } from "#lib/demo/api.ts";
import { type Control, createControl } from "#lib/simulator/control.ts";
import { WORLD_VARIABLE } from "./global-setup.ts";
import type { World } from "./product.ts";

export { expect } from "@playwright/test";
export { adminAccount, startProduct } from "./product.ts";

const SESSION_COOKIE = "next-auth.session-token";

/** Looked at by the test that asked for it. */
type Answer = any;

export interface Rest {
  get: (path: string) => Promise<Answer>;
  post: (path: string, body?: object) => Promise<Answer>;
  patch: (path: string, body: object) => Promise<Answer>;
  delete: (path: string) => Promise<Answer>;
  /** Any status, where the others throw unless it is 200 or 201. */
  call: (method: string, path: string, body?: object) => Promise<ApiAnswer>;
  token: string;
}

/** The REST API as somebody; paths lie below /api/v1/fleet unless they begin with /api. */
function restAs(api: Api & { token: string }): Rest {
  const full = (path: string) => (path.startsWith("/api/") ? path : `/api/v1/fleet${path}`);
  const send = (method: string) => (path: string, body?: object) =>
    mustCall(api, method, full(path), body);
  return {
    get: send("GET"),
    post: send("POST"),
    patch: send("PATCH"),
    delete: send("DELETE"),
    call: (method, path, body) => call(api, method, full(path), body),
    token: api.token,
  };
}

export interface NewUser {
  global_role?: "admin" | "maintainer" | "observer" | null;
  teams?: { id: number; role: "admin" | "maintainer" | "observer" }[];
}

interface Fixtures {
  world: World;
  /** REST as the admin. */
  rest: Rest;
  /** The simulated hosts: list them, change their tables, send them offline. */
  simulator: Control;
  /** Makes a user and returns REST as that user. */
  createUser: (user: NewUser) => Promise<Rest>;
  /** A page of somebody else than the admin, in a browser of its own. */
  pageAs: (rest: Rest) => Promise<Page>;
  /** The browser starts signed in as the admin; `test.use({ signedIn: false })` for a visitor. */
  signedIn: boolean;
}

/** The cookie holds the token that a bearer would (see lib/auth). */
function signIn(context: BrowserContext, url: string, token: string): Promise<void> {
  return context.addCookies([
    {
      name: SESSION_COOKIE,
      value: encodeURIComponent(token),
      url,
      httpOnly: true,
      sameSite: "Lax",
    },
  ]);
}

const PASSWORD = "a-long-password-1";
let users = 0;

export const test = base.extend<Fixtures>({
  signedIn: [true, { option: true }],
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads fixture names from the pattern.
  world: async ({}, use) => use(JSON.parse(process.env[WORLD_VARIABLE] ?? "")),
  baseURL: async ({ world }, use) => use(world.url),
  rest: async ({ world }, use) => use(restAs(world)),
  simulator: async ({ world }, use) => use(createControl(world.controlSocketPath)),
  context: async ({ context, world, signedIn }, use) => {
    if (signedIn) await signIn(context, world.url, world.token);
    await use(context);
  },
  createUser: async ({ world, rest }, use) => {
    await use(async ({ global_role = null, teams = [] }) => {
      const email = `user-${process.pid}-${Date.now()}-${users++}@example.com`;
      const user = { name: "Ben Beobachter", email, password: PASSWORD, global_role, teams };
      await rest.post("/users/admin", { ...user, admin_forced_password_reset: false });
      const { token } = await rest.post("/login", { email, password: PASSWORD });
      return restAs({ url: world.url, token });
    });
  },
  pageAs: async ({ browser, world }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async ({ token }) => {
      const context = await browser.newContext({ baseURL: world.url });
      contexts.push(context);
      await signIn(context, world.url, token);
      return context.newPage();
    });
    for (const context of contexts) await context.close();
  },
});

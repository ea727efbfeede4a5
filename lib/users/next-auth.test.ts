import { expect, test } from "vitest";
import { GET, POST } from "#app/api/auth/[...nextauth]/route.ts";
import { GET as getMe } from "#app/api/v1/fleet/me/route.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { request } from "#lib/testing/request.ts";
import { insertUser } from "#lib/testing/world.ts";
import { hashPassword } from "#lib/users/passwords.ts";

await testDatabase();

const password = "correct horse 1!";

/** A browser's cookies and forms. */
class Browser {
  readonly cookies = new Map<string, string>();
  private readonly origin: string;

  constructor(origin: string) {
    this.origin = origin;
  }

  async send(path: string, form?: Record<string, string>) {
    const headers = new Headers({ host: new URL(this.origin).host });
    headers.set("x-forwarded-proto", new URL(this.origin).protocol.slice(0, -1));
    headers.set("cookie", [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; "));
    if (form) headers.set("content-type", "application/x-www-form-urlencoded");
    const body = form && new URLSearchParams({ ...form, json: "true" }).toString();
    const init = { method: form ? "POST" : "GET", headers, body };
    const context = { params: Promise.resolve({ nextauth: path.split("/") }) };
    const answer = await (form ? POST : GET)(
      new Request(`${this.origin}/api/auth/${path}`, init),
      context,
    );
    for (const cookie of answer.headers.getSetCookie()) this.keep(cookie);
    return { status: answer.status, body: await answer.json() };
  }

  private keep(cookie: string) {
    const [pair = ""] = cookie.split(";", 1);
    const [name = ""] = pair.split("=", 1);
    const value = pair.slice(name.length + 1);
    if (value) this.cookies.set(name, value);
    else this.cookies.delete(name);
  }

  async post(path: string, form: Record<string, string> = {}) {
    const { csrfToken } = (await this.send("csrf")).body;
    return this.send(path, { ...form, csrfToken });
  }

  cookieHeader() {
    return { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ") };
  }
}

const person = async () =>
  insertUser("admin", undefined, { passwordHash: await hashPassword(password) });

test.each([
  ["http://localhost:8080", "next-auth.session-token"],
  ["https://muster.example", "__Secure-next-auth.session-token"],
])(
  "over %s the cookie is the bearer token of a session, and signing out ends it",
  async (origin, name) => {
    const { email } = await person();
    const browser = new Browser(origin);
    const signedIn = await browser.post("callback/credentials", { email, password });
    expect(signedIn.status).toBe(200);
    const token = decodeURIComponent(browser.cookies.get(name) ?? "");
    expect((await request(getMe, { token })).body.user.email).toBe(email);
    expect((await request(getMe, { headers: browser.cookieHeader() })).status).toBe(200);
    expect((await browser.send("session")).body.user).toMatchObject({ email });
    expect(decodeURIComponent(browser.cookies.get(name) ?? "")).toBe(token);

    await browser.post("signout");
    expect(browser.cookies.has(name)).toBe(false);
    expect((await request(getMe, { token })).status).toBe(401);
  },
);

test("a wrong password gives no cookie and a sentence to show", async () => {
  const { email } = await person();
  const browser = new Browser("http://localhost:8080");
  const refused = await browser.post("callback/credentials", { email, password: "wrong" });
  expect(refused.status).toBe(401);
  expect(new URL(refused.body.url).searchParams.get("error")).toContain("Authentication failed");
  expect([...browser.cookies.keys()]).not.toContain("next-auth.session-token");
});

test("a form without the CSRF token does not sign in", async () => {
  const { email } = await person();
  const browser = new Browser("http://localhost:8080");
  await browser.send("callback/credentials", { email, password, csrfToken: "guess" });
  expect([...browser.cookies.keys()]).not.toContain("next-auth.session-token");
});

test("the client's log endpoint writes nothing", async () => {
  const browser = new Browser("http://localhost:8080");
  expect(await browser.send("_log", { level: "error", code: "x" })).toEqual({
    status: 200,
    body: {},
  });
});

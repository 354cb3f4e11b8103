// Regrant in an app that has its own users and its own sign-in page, in Hono. Run it: node examples/own-users.ts
import { serve } from "@hono/node-server";
import { createRegrant } from "@regrant/server";
import { Hono } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { html } from "hono/html";
import { randomBytes } from "node:crypto";

export interface User {
  id: string;
  name: string;
}

export interface ExampleOptions {
  port: number;
  database?: string;
  /** Your own check of a password. */
  users: {
    check(username: string, password: string, options?: { signal: AbortSignal }): Promise<User | undefined>;
  };
  /** What becomes of an event that the user should hear of. */
  notify: (subject: string | undefined) => void;
}

export async function start({ port, database = "sqlite:./data/example.db", users, notify }: ExampleOptions) {
  const origin = `http://127.0.0.1:${port}`;
  const regrant = await createRegrant({
    issuer: `${origin}/auth`,
    database,
    loginUrl: `${origin}/sign-in`,
    accounts: async (username, password, { signal }) => {
      const user = await users.check(username, password, { signal });
      return user ? { subject: user.id, name: user.name } : null;
    },
    onEvent: (event) => {
      if (event.type === "grant.reused") notify(event.subject);
    },
    logger: console,
    logLevel: "warn",
  });
  const app = new Hono();
  app.all("/auth/*", (c) => regrant.fetch(c.req.raw, c.env));

  const sessions = new Map<string, User>(); // yours, wherever you keep them
  app.get("/sign-in", async (c) => {
    const challenge = c.req.query("login_challenge") ?? "";
    const { client, prompt } = await regrant.login.describe(challenge);
    const user = sessions.get(getCookie(c, "session") ?? "");
    const mustAsk = prompt === "login" || prompt === "select_account";
    if (user === undefined || mustAsk) return c.html(page(challenge, client?.client_name));
    return c.redirect(await regrant.login.accept(challenge, { subject: user.id, name: user.name }), 303);
  });
  app.post("/sign-in", async (c) => {
    const { login_challenge: challenge, username, password, cancel } = await fieldsOf(c.req.raw);
    if (cancel) return c.redirect(await regrant.login.reject(challenge), 303);
    const user = await users.check(username, password);
    if (user === undefined) return c.html(page(challenge, undefined, "That did not match."), 400);
    const session = randomBytes(32).toString("base64url");
    sessions.set(session, user);
    setCookie(c, "session", session, { path: "/", httpOnly: true, sameSite: "Lax" }); // and `secure: true` over https
    return c.redirect(await regrant.login.accept(challenge, { subject: user.id, name: user.name }), 303);
  });

  const server = serve({ fetch: app.fetch, port, hostname: "127.0.0.1" });
  const stop = async () => {
    await new Promise((resolve) => server.close(resolve));
    await regrant.close();
  };
  return { regrant, stop };
}

async function fieldsOf(request: Request) {
  const sent = new URLSearchParams(await request.text());
  const field = (name: string) => sent.get(name) ?? "";
  return {
    login_challenge: field("login_challenge"),
    username: field("username"),
    password: field("password"),
    cancel: sent.has("cancel"),
  };
}

function page(challenge: string, to = "your applications", fault = "") {
  return html`<!doctype html>
    <html lang="en">
      <title>Our own page</title>
      <h1>Sign in to ${to}</h1>
      <p role="alert">${fault}</p>
      <form method="post" action="/sign-in">
        <input type="hidden" name="login_challenge" value="${challenge}" />
        <label>Email <input name="username" autocomplete="username" /></label>
        <label>Password <input name="password" type="password" autocomplete="current-password" /></label>
        <button>Continue</button>
        <button name="cancel" value="1">Cancel</button>
      </form>
    </html>`;
}

if (import.meta.main) {
  const ada = { id: "1", name: "Ada" };
  const isAda = (username: string, password: string) =>
    username === "ada@example.com" && password === "correct horse battery staple";
  const users: ExampleOptions["users"] = {
    check: async (username, password) => (isAda(username, password) ? ada : undefined),
  };
  await start({ port: 3000, users, notify: (subject) => console.log("tell", subject) });
  console.log("http://127.0.0.1:3000/auth/oauth/applications");
}

// A provider's own login page in front of Regrant, in Hono. Regrant is told of it by REGRANT_LOGIN_URL, and this program
// has the credentials of a client made with `--login-provider`. Run it:
//   ISSUER=http://127.0.0.1:8787 CLIENT_ID=… CLIENT_SECRET=… node examples/login-page.ts
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { html } from "hono/html";
import { randomBytes } from "node:crypto";

interface AuthenticatedUser {
  id: string;
  name: string;
}

export interface ExampleOptions {
  port: number;
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Your own check of a password, a passkey, another company's sign-in … */
  check: (username: string, password: string) => Promise<AuthenticatedUser | undefined>;
}

export async function start({ port, issuer, clientId, clientSecret, check }: ExampleOptions) {
  const sessions = new Map<string, AuthenticatedUser>(); // yours, wherever you keep them

  const regrant = async (what: "request" | "accept" | "reject", parameters: Record<string, string>) => {
    const response = await fetch(`${issuer}/oauth/login/${what}`, {
      method: "POST",
      body: new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...parameters }),
      signal: AbortSignal.timeout(5000),
    });
    if (!response.ok) throw new Error(`Regrant answered ${response.status}`);
    return (await response.json()) as {
      redirect_to: string;
      client?: { client_name: string };
      prompt?: string;
    };
  };
  const accept = async (challenge: string, { id, name }: AuthenticatedUser) =>
    (await regrant("accept", { login_challenge: challenge, subject: id, name })).redirect_to;

  const app = new Hono();
  app.get("/sign-in", async (c) => {
    const challenge = c.req.query("login_challenge") ?? "";
    const asked = await regrant("request", { login_challenge: challenge });
    const known = sessions.get(getCookie(c, "provider") ?? "");
    const wantsPassword = /\b(login|select_account)\b/.test(asked.prompt ?? "");
    if (known !== undefined && !wantsPassword) return c.redirect(await accept(challenge, known), 303);
    return c.html(page(challenge, asked.client?.client_name ?? "your applications"));
  });
  app.post("/sign-in", async (c) => {
    const sent = new URLSearchParams(await c.req.text());
    const field = (name: string) => sent.get(name) ?? "";
    const challenge = field("login_challenge");
    if (sent.has("cancel")) {
      return c.redirect((await regrant("reject", { login_challenge: challenge })).redirect_to, 303);
    }
    const person = await check(field("username"), field("password"));
    if (person === undefined) return c.html(page(challenge, "go on", "That did not match."), 400);
    const session = randomBytes(32).toString("base64url");
    sessions.set(session, person);
    setCookie(c, "provider", session, { path: "/", httpOnly: true, sameSite: "Lax" }); // and `secure: true` over https
    return c.redirect(await accept(challenge, person), 303);
  });

  const server = serve({ fetch: app.fetch, port, hostname: "127.0.0.1" });
  const stop = () => new Promise((resolve) => server.close(resolve));
  return { stop };
}

function page(challenge: string, to: string, fault = "") {
  return html`<!doctype html>
    <html lang="en">
      <title>The provider's own page</title>
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
  const { ISSUER = "http://127.0.0.1:8787", CLIENT_ID = "", CLIENT_SECRET = "" } = process.env;
  const check: ExampleOptions["check"] = async (username, password) =>
    username === "ada@example.com" && password === "correct horse battery staple"
      ? { id: "1", name: "Ada" }
      : undefined;
  await start({ port: 3002, issuer: ISSUER, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, check });
  console.log("REGRANT_LOGIN_URL=http://127.0.0.1:3002/sign-in");
}

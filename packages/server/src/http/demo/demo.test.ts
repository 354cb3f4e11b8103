import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { after, test } from "node:test";
import { Script } from "node:vm";
import { ISSUER, startService } from "../../testing.ts";
import { DEMO_PATHS } from "./routes.ts";
import type { Demo } from "./routes.ts";

const demo: Demo = { clientId: "the-demo's-client", credentials: { file: "./data/<demo>.json" } };
const service = await startService({ explanations: false }, { prepareDemo: () => Promise.resolve(demo) });
after(() => service.close());

const scriptOf = (html: string) => /<script>([^]*)<\/script>/.exec(html)?.[1] ?? "";

test("a service that is no demo has no page of it", async (t) => {
  const other = await startService();
  t.after(() => other.close());
  for (const path of Object.values(DEMO_PATHS)) assert.equal((await other.send(path)).status, 404, path);
});

test("both paths have the page, which runs its own script alone and talks to this service alone", async () => {
  for (const path of Object.values(DEMO_PATHS)) {
    const { status, headers, text } = await service.send(path);
    assert.equal(status, 200);
    const script = hash("sha256", scriptOf(text), "base64");
    const style = hash("sha256", /<style>([^]*)<\/style>/.exec(text)?.[1] ?? "", "base64");
    assert.equal(
      headers.get("content-security-policy"),
      `default-src 'none'; style-src 'sha256-${style}'; script-src 'sha256-${script}'; connect-src 'self'; ` +
        "img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    );
    assert.equal(headers.get("cache-control"), "no-store");
  }
  const other = await service.send("/oauth/sign-out");
  assert.doesNotMatch(other.headers.get("content-security-policy") ?? "", /connect-src|script-src/);
});

test("the script is one program, of modules that are joined in their order", async () => {
  const script = scriptOf((await service.send(DEMO_PATHS.page)).text);
  assert.ok(new Script(script));
  assert.doesNotMatch(script, /^(import|export) /m);
});

test("the page knows its client and the endpoints, and nothing of what the URL holds", async () => {
  const { text } = await service.send(`${DEMO_PATHS.callback}?code=c0de&state=%3Cb%3E&error=<script>`);
  const settings = [...text.matchAll(/data-([a-z-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]);
  assert.deepEqual(Object.fromEntries(settings), {
    issuer: ISSUER,
    "client-id": "the-demo&#39;s-client",
    scope: "read write",
    "redirect-uri": `${ISSUER}/demo/callback`,
    "authorization-endpoint": `${ISSUER}/oauth/authorize`,
    "token-endpoint": `${ISSUER}/oauth/token`,
    "revocation-endpoint": `${ISSUER}/oauth/revoke`,
    "explanation-endpoint": "",
  });
  assert.doesNotMatch(text, /c0de/);
});

test("the page at the issuer's URL leads to the demo, and tells where its secrets are", async () => {
  const { text } = await service.send("/", { headers: { "accept-language": "de" } });
  assert.match(text, /<section [^>]*lang="en"[^]*href="https:\/\/auth\.example\/demo"/);
  assert.match(text, /<code>\.\/data\/&lt;demo&gt;\.json<\/code>/);
});

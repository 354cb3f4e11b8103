import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { HEALTH_PATHS } from "../endpoints/health-paths.ts";
import { PATHS } from "../endpoints/metadata.ts";
import { brandOf } from "../pages/page.ts";
import { SIGNAL_PATHS } from "../signals/signal-paths.ts";
import { PORTAL_PAGES } from "../portal/pages.ts";
import { startService } from "../testing.ts";
import { EventStreams } from "./admin/event-streams.ts";
import { createApp } from "./app.ts";

const DOCS = join(import.meta.dirname, "../../../../docs");

const service = await startService({ registration: "open" });
after(() => service.close());

const app = createApp(service.deps, {
  basePath: "",
  clientAddress: () => "192.0.2.1",
  readCertificate: null,
  lifetimes: { accessTtl: 3600, refreshIdleTtl: 864_000, refreshMaxTtl: 31_536_000, retryWindow: 30 },
  passportResponses: null,
  isStopping: () => false,
  brand: brandOf({
    issuer: "https://auth.example",
    providerName: "Example",
    providerLogo: null,
    providerColor: "#2f63d6",
    forgotPasswordUrl: null,
    signUpUrl: null,
    helpUrl: null,
    scopeDescriptions: {},
    messages: {},
    authorizationDetailsTypes: {},
  }),
  staySignedIn: false,
  docs: true,
  ownPages: [],
  demo: null,
  admin: null,
  streams: new EventStreams(),
});
/** Paths of the portal's pages. */
const PORTAL = PORTAL_PAGES.map(({ slug }) => `${PATHS.docs}/${slug}`);
/** The same pages in Markdown. The OpenAPI document has one path for them. */
const MARKDOWN = PORTAL.map((path) => `${path}.md`);
/** What the OpenAPI document leaves out: pages for people, and what the provider's own login page calls. */
const UNDESCRIBED = new Set<string>([
  PATHS.home,
  PATHS.signIn,
  PATHS.consent,
  PATHS.loginRequest,
  PATHS.loginAccept,
  PATHS.loginReject,
  PATHS.loginReturn,
  PATHS.signOut,
  PATHS.applications,
  PATHS.device,
  ...PORTAL,
  // Receivers of Shared Signals read SSF 1.0 and docs/shared-signals.md.
  ...Object.values(SIGNAL_PATHS),
  `${SIGNAL_PATHS.poll}/:id`,
]);

/** What always exists of them: Global Token Revocation needs an issuer. */
const SIGNALS = [
  SIGNAL_PATHS.configuration,
  SIGNAL_PATHS.streams,
  SIGNAL_PATHS.status,
  SIGNAL_PATHS.verify,
  `${SIGNAL_PATHS.poll}/:id`,
];

/** Every route of the service; the router has the 405 of each path as `ALL`, and the preflight as `OPTIONS`. */
const ROUTES = app.routes.filter(({ method }) => method !== "ALL" && method !== "OPTIONS");
const ROUTED = new Set(ROUTES.map(({ path }) => path));

test("each path of an endpoint or a page has a route, and no route has another path", () => {
  const paths = [
    ...Object.values({ ...PATHS, ...HEALTH_PATHS }),
    `${PATHS.register}/:id`,
    ...SIGNALS,
    ...PORTAL,
    ...MARKDOWN,
  ];
  assert.deepEqual([...ROUTED].toSorted(), paths.toSorted());
});

test("the OpenAPI document describes each endpoint of the router, and no other", async () => {
  const { paths } = (await (await app.request(PATHS.openapi)).json()) as { paths: Record<string, object> };
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const routed = ROUTES.filter(({ path }) => !UNDESCRIBED.has(path)).map(({ method, path }) =>
    MARKDOWN.includes(path)
      ? `GET ${PATHS.docs}/{page}.md`
      : `${method} ${path.replace(":id", "{client_id}")}`,
  );
  assert.deepEqual(described.toSorted(), [...new Set(routed)].toSorted());
});

test("no route is there twice", () => {
  const names = ROUTES.map(({ method, path }) => `${method} ${path}`);
  assert.deepEqual([...new Set(names)], names);
});

test("each path refuses other methods with its own in Allow, and answers preflights where a script may call it", async () => {
  const allows: Record<string, string> = {};
  for (const path of ROUTED) {
    const refused = await app.request(path, { method: "MOVE" });
    assert.equal(refused.status, 405, path);
    const allow = refused.headers.get("allow") ?? "";
    const preflight = await app.request(path, { method: "OPTIONS" });
    const isReadable = preflight.headers.has("access-control-allow-origin");
    assert.equal(preflight.status, isReadable ? 204 : 405, path);
    assert.equal(refused.headers.has("access-control-allow-origin"), isReadable, path);
    allows[path] = isReadable ? `${allow} (CORS)` : allow;
  }
  assert.deepEqual(allows, {
    "/": "GET, HEAD",
    "/oauth/token": "POST (CORS)",
    "/oauth/revoke": "POST (CORS)",
    "/oauth/introspect": "POST",
    "/oauth/explain": "POST (CORS)",
    "/oauth/revocations": "POST",
    "/oauth/par": "POST (CORS)",
    "/oauth/device_authorization": "POST (CORS)",
    "/oauth/login/request": "POST",
    "/oauth/login/accept": "POST",
    "/oauth/login/reject": "POST",
    "/oauth/register": "POST (CORS)",
    "/oauth/register/:id": "GET, HEAD, PUT, DELETE (CORS)",
    "/oauth/authorize": "GET, HEAD, POST",
    "/oauth/sign-in": "GET, HEAD, POST",
    "/oauth/consent": "GET, HEAD, POST",
    "/oauth/login/return": "GET, HEAD",
    "/oauth/applications": "GET, HEAD, POST",
    "/oauth/sign-out": "GET, HEAD, POST",
    "/device": "GET, HEAD, POST",
    "/.well-known/oauth-authorization-server": "GET, HEAD (CORS)",
    "/.well-known/jwks.json": "GET, HEAD (CORS)",
    "/docs": "GET, HEAD",
    ...Object.fromEntries(PORTAL.map((path) => [path, "GET, HEAD"])),
    "/docs/diagnose": "GET, HEAD, POST",
    "/docs.md": "GET, HEAD (CORS)",
    ...Object.fromEntries(MARKDOWN.map((path) => [path, "GET, HEAD (CORS)"])),
    "/docs/openapi.json": "GET, HEAD (CORS)",
    "/llms.txt": "GET, HEAD (CORS)",
    "/.well-known/ssf-configuration": "GET, HEAD",
    "/ssf/streams": "GET, HEAD, POST, PATCH, PUT, DELETE",
    "/ssf/status": "GET, HEAD, POST",
    "/ssf/verify": "POST",
    "/ssf/poll/:id": "POST",
    "/healthz": "GET, HEAD",
    "/readyz": "GET, HEAD",
  });
});

test("every request is measured under the name of its endpoint", async () => {
  await service.send(PATHS.metadata);
  await service.send("/healthz", { method: "HEAD" });
  await service.send("/readyz");
  await service.send(PATHS.signOut);
  const counts = [
    await service.counted("metadata", "served"),
    await service.counted("healthz", "ok"),
    await service.counted("readyz", "ready"),
    await service.counted("sign_out", "signed_out"),
  ];
  assert.deepEqual(counts, [1, 1, 1, 1]);
});

test("every path that a guide names is one of the service's", () => {
  const guides = ["accounts", "devices", "registration", "sign-in", "verifying-tokens", "operations"];
  const named = guides.flatMap((guide) =>
    [
      ...readFileSync(join(DOCS, `${guide}.md`), "utf8").matchAll(
        /[ `](\/(?:oauth|\.well-known)\/[\w./-]*\w)/g,
      ),
    ].map(([, path = ""]) => `${guide}: ${path}`),
  );
  assert.ok(named.length > 5, "the paths are found");
  assert.deepEqual(
    named.filter((line) => !ROUTED.has(line.slice(line.indexOf(" ") + 1))),
    [],
  );
});

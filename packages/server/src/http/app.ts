import { Hono } from "hono";
import type { Context } from "hono";
import type { Deps } from "../deps.ts";
import { acceptLogin, rejectLogin } from "../endpoints/login.ts";
import { jwks, metadata, PATHS } from "../endpoints/metadata.ts";
import { token } from "../endpoints/token.ts";
import type { Brand } from "../pages/page.ts";
import { Cookies } from "./interaction/cookies.ts";
import { wireFormatOf, RFC_FORMAT } from "./oauth/wire-format.ts";
import type { WireFormat } from "./oauth/wire-format.ts";
import {
  deviceEndpoint,
  introspectionEndpoint,
  loginAnswerEndpoint,
  loginRequestEndpoint,
  pushEndpoint,
  revocationEndpoint,
  revocationFeedEndpoint,
} from "./oauth/endpoints.ts";
import type { Endpoint } from "./oauth/endpoints.ts";
import type { PassportFamily } from "./passport/requests.ts";
import { logRefusal } from "./refusal-log.ts";
import { addRegistrationRoutes } from "./oauth/registration.ts";
import {
  errorResponse,
  preflightResponse,
  privateResponse,
  publicResponse,
  toOAuthError,
  wrongMethod,
} from "./responses.ts";
import { addSignInRoutes } from "./interaction/routes.ts";

export interface AppOptions {
  /** Path under which the service is mounted, from the issuer: "" or `/auth`. */
  basePath: string;
  /** Of the program that sent the request. */
  clientAddress: (request: Request, env: unknown) => string;
  /** As advertised, s. */
  retryWindow: number;
  /** Whose programs the token endpoint reads and answers; null: those of the RFCs. */
  passportResponses: PassportFamily | null;
  /** What the pages have in common. */
  brand: Brand;
}

/** The HTTP context: each path, its methods, and the endpoint behind it. */
export function createApp(deps: Deps, options: AppOptions): Hono {
  const { basePath, brand, clientAddress, retryWindow } = options;
  const app = new Hono(basePath === "" ? {} : { getPath: pathBelow(basePath) });
  const post = (path: string, endpoint: Endpoint) => {
    app.post(path, (c) => serve(deps, options, c, endpoint));
    if (endpoint.cors) app.options(path, (c) => preflightResponse(c.req.raw, "POST"));
    const { cors, wireFormat = RFC_FORMAT } = endpoint;
    app.all(path, (c) => wireFormat.errorResponse(wrongMethod("POST"), c.req.raw, { cors }));
  };
  const get = (path: string, respond: () => Response | Promise<Response>) => {
    app.get(path, respond);
    app.options(path, (c) => preflightResponse(c.req.raw, "GET"));
    app.all(path, () => errorResponse(wrongMethod("GET, HEAD"), { cors: true }));
  };

  post(PATHS.token, tokenEndpoint(deps, wireFormatOf(options.passportResponses)));
  post(PATHS.revoke, revocationEndpoint(deps));
  post(PATHS.introspect, introspectionEndpoint(deps));
  post(PATHS.revocations, revocationFeedEndpoint(deps));
  post(PATHS.push, pushEndpoint(deps));
  post(PATHS.deviceAuthorization, deviceEndpoint(deps));
  post(PATHS.loginRequest, loginRequestEndpoint(deps));
  post(PATHS.loginAccept, loginAnswerEndpoint(deps, "login_accept", acceptLogin));
  post(PATHS.loginReject, loginAnswerEndpoint(deps, "login_reject", rejectLogin));
  addSignInRoutes(app, { deps, brand, cookies: new Cookies(deps.issuer), basePath }, clientAddress);
  addRegistrationRoutes(app, deps, clientAddress);
  const told = { retryWindow, languages: brand.languages.tags };
  get(PATHS.metadata, () => publicResponse(metadata(deps, told), deps.jwksMaxAge));
  get(PATHS.jwks, () => publicResponse(jwks(deps), deps.jwksMaxAge));
  get("/healthz", () => privateResponse({ status: "ok" }));
  get("/readyz", readiness(deps));
  app.notFound(() => privateResponse({ error: "not_found" }, { status: 404 }));
  app.onError((error) => {
    deps.log.error({ err: error }, "unexpected error");
    return errorResponse(toOAuthError(error));
  });
  return app;
}

function tokenEndpoint(deps: Deps, wireFormat: WireFormat): Endpoint {
  return {
    name: "token",
    cors: true,
    wireFormat,
    async run(request) {
      const answer = await token(deps, request);
      return [answer.outcome, wireFormat.tokenResponse(answer)];
    },
  };
}

/** Reads the request, asks the endpoint, and gives what comes back, an error too, its response, metric and log line. */
async function serve(
  deps: Deps,
  { clientAddress }: AppOptions,
  { req: { raw }, env }: Context,
  { name, cors, wireFormat = RFC_FORMAT, run }: Endpoint,
): Promise<Response> {
  const started = performance.now();
  const address = () => clientAddress(raw, env);
  let clientId: string | undefined;
  let grantType: string | undefined;
  try {
    const parameters = await wireFormat.readParameters(raw);
    const credentials = wireFormat.readCredentials(raw.headers.get("authorization"), parameters);
    clientId = credentials.clientId;
    grantType = parameters.get("grant_type");
    const { method, url, headers } = raw;
    const proof = headers.get("dpop");
    const request = { parameters, credentials, address, method, url, proof, certificate: null };
    const [outcome, response] = await run(request);
    deps.metrics.observeRequest(name, grantType, outcome, (performance.now() - started) / 1000);
    return response;
  } catch (thrown) {
    const error = toOAuthError(thrown);
    deps.metrics.observeRequest(name, grantType, error.causeName, (performance.now() - started) / 1000);
    logRefusal(deps, error, { endpoint: name, clientId, address: address() });
    return wireFormat.errorResponse(error, raw, { cors });
  }
}

/** A store that cannot be written to makes the service not ready. Strangers may ask, so the store is asked once a second. */
function readiness({ store, log }: Deps): () => Promise<Response> {
  let asked = Number.NEGATIVE_INFINITY;
  let ready: Promise<boolean> = Promise.resolve(false);
  const ask = async () => {
    try {
      await store.ping();
      return true;
    } catch (error) {
      log.error({ err: error }, "not ready: the store cannot be written to");
      return false;
    }
  };
  return async () => {
    if (performance.now() - asked >= 1000) {
      asked = performance.now();
      ready = ask();
    }
    const isReady = await ready;
    return privateResponse({ status: isReady ? "ready" : "not ready" }, { status: isReady ? 200 : 503 });
  };
}

/** Hosts differ in whether they strip the path they mount at; both are understood. */
function pathBelow(basePath: string): (request: Request) => string {
  // RFC 8414 §3.1: the issuer's path goes after the well-known one.
  const metadataPath = PATHS.metadata + basePath;
  return (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === metadataPath) return PATHS.metadata;
    return pathname.startsWith(`${basePath}/`) ? pathname.slice(basePath.length) : pathname;
  };
}

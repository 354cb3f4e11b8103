import type { EndpointRequest } from "../../clients/endpoint-request.ts";
import type { Deps } from "../../deps.ts";
import { deviceAuthorization } from "../../endpoints/device-authorization.ts";
import { explain } from "../../endpoints/explain.ts";
import { introspect } from "../../endpoints/introspect.ts";
import { acceptLogin, describeLogin, rejectLogin } from "../../endpoints/login.ts";
import { PATHS } from "../../endpoints/metadata.ts";
import { push } from "../../endpoints/push.ts";
import { revocations } from "../../endpoints/revocations.ts";
import { revoke } from "../../endpoints/revoke.ts";
import { token } from "../../endpoints/token.ts";
import type { Languages } from "../../pages/language.ts";
import { readEndpointRequest } from "../request.ts";
import { privateResponse } from "../responses.ts";
import type { Labels, Route } from "../serve.ts";
import { rfcFormat } from "./wire-format.ts";
import type { WireFormat } from "./wire-format.ts";

/** An endpoint that clients call by POST, with their credentials. */
interface OAuthEndpoint {
  /** Name in metric and log. */
  name: string;
  path: string;
  /** Whether a script of any origin may call it. A public client may be a browser-based app. */
  cors: boolean;
  /** HTTP status of success; by default 200. */
  status?: 200 | 201;
  /** The outcome for the metric, and the body of the response in wire names. */
  run: (deps: Deps, request: EndpointRequest) => Promise<[outcome: string, body: object]>;
}

/** The endpoint's request, with the labels for metric and log. */
interface OAuthInput extends Labels {
  request: EndpointRequest;
}

/** All but the token endpoint, whose wire format is configurable. */
const ENDPOINTS: readonly OAuthEndpoint[] = [
  {
    name: "revoke",
    path: PATHS.revoke,
    cors: true,
    // RFC 7009 §2.2: an invalid token is a success too.
    // RFC 7009 §2.2 leaves the body open; some clients fail on an empty one.
    run: async (deps, request) => [await revoke(deps, request), {}],
  },
  {
    // RFC 7662 §2.1: the caller MUST be authorized, here by a client secret, which no script of a page has.
    name: "introspect",
    path: PATHS.introspect,
    cors: false,
    async run(deps, request) {
      const response = await introspect(deps, request);
      return [response.active ? "active" : "inactive", response];
    },
  },
  {
    // Regrant's own: resource servers poll it, so it is not open to scripts either.
    name: "revocations",
    path: PATHS.revocations,
    cors: false,
    async run(deps, request) {
      const response = await revocations(deps, request);
      return [response.revoked.length > 0 ? "news" : "no_news", response];
    },
  },
  {
    // RFC 9126 §2.2: the response is a 201.
    name: "push",
    path: PATHS.push,
    cors: true,
    status: 201,
    async run(deps, request) {
      const { requestUri, expiresIn } = await push(deps, request);
      return ["pushed", { request_uri: requestUri, expires_in: expiresIn }];
    },
  },
  {
    // RFC 8628 §3.1.
    name: "device_authorization",
    path: PATHS.deviceAuthorization,
    cors: true,
    run: async (deps, request) => ["requested", await deviceAuthorization(deps, request)],
  },
  {
    // Regrant's own: the provider's login page calls the next three from its server.
    name: "login_request",
    path: PATHS.loginRequest,
    cors: false,
    run: async (deps, request) => ["described", await describeLogin(deps, request)],
  },
  {
    name: "login_accept",
    path: PATHS.loginAccept,
    cors: false,
    run: async (deps, request) => ["accepted", { redirect_to: await acceptLogin(deps, request) }],
  },
  {
    name: "login_reject",
    path: PATHS.loginReject,
    cors: false,
    run: async (deps, request) => ["rejected", { redirect_to: await rejectLogin(deps, request) }],
  },
];

/**
 * The routes of the endpoints that clients call with their credentials. The token endpoint has the given wire format,
 * all others that of the RFCs.
 */
export function oauthRoutes(deps: Deps, tokenFormat: WireFormat, languages: Languages): Route<OAuthInput>[] {
  const others = deps.explanations ? [...ENDPOINTS, explanationEndpoint(languages)] : ENDPOINTS;
  return [
    routeOf(deps, tokenEndpoint(tokenFormat), tokenFormat),
    ...others.map((endpoint) => routeOf(deps, endpoint, rfcFormat)),
  ];
}

function tokenEndpoint({ tokenBody }: WireFormat): OAuthEndpoint {
  return {
    name: "token",
    path: PATHS.token,
    cors: true,
    async run(deps, request) {
      const response = await token(deps, request);
      return [response.outcome, tokenBody(response)];
    },
  };
}

/**
 * Regrant's own: what became of a refresh token, for its client, which may be a browser-based app. Its sentences are for
 * logs, so English unless `ui_locales` asks for another language; a browser sends `Accept-Language` unasked.
 */
function explanationEndpoint(languages: Languages): OAuthEndpoint {
  return {
    name: "explain",
    path: PATHS.explain,
    cors: true,
    async run(deps, request) {
      const words = languages.choose(request.parameters.get("ui_locales") ?? "en", null);
      const response = await explain(deps, request, words);
      return [response.state, response];
    },
  };
}

/** Puts an endpoint into the pipeline, with the reader and the formatter of its wire format. */
function routeOf(deps: Deps, endpoint: OAuthEndpoint, format: WireFormat): Route<OAuthInput> {
  const { name, path, cors, status = 200 } = endpoint;
  const url = deps.issuer + path;
  return {
    name,
    method: "POST",
    path,
    cors,
    async read(incoming) {
      const request = await readEndpointRequest(incoming, format, url);
      const { parameters, credentials } = request;
      return { request, clientId: credentials.clientId, grantType: parameters.get("grant_type") };
    },
    async run({ request }) {
      const [outcome, body] = await endpoint.run(deps, request);
      const response = privateResponse(body, { cors, status });
      if (request.proof !== null) addNonce(deps, response);
      return [outcome, response];
    },
    errorResponse(error, request) {
      const response = format.errorResponse(error, request, { cors });
      if (request.headers.has("dpop") || error.causeName === "dpop_proof_missing") addNonce(deps, response);
      return response;
    },
  };
}

/** RFC 9449 §8.2: each response to a proof brings the nonce in force, so the client has the next one in time. */
function addNonce({ dpopNonces, store }: Deps, { headers }: Response): void {
  if (dpopNonces !== null) headers.set("DPoP-Nonce", dpopNonces.at(store.now()));
}

import type { EndpointRequest } from "../../clients/endpoint-request.ts";
import type { Deps } from "../../deps.ts";
import { deviceAuthorization } from "../../endpoints/device-authorization.ts";
import { introspect } from "../../endpoints/introspect.ts";
import { acceptLogin, describeLogin, rejectLogin } from "../../endpoints/login.ts";
import { PATHS } from "../../endpoints/metadata.ts";
import { push } from "../../endpoints/push.ts";
import { revocations } from "../../endpoints/revocations.ts";
import { revoke } from "../../endpoints/revoke.ts";
import { token } from "../../endpoints/token.ts";
import { readEndpointRequest } from "../request.ts";
import { privateResponse } from "../responses.ts";
import type { Labels, Route } from "../serve.ts";
import { rfcFormat } from "./wire-format.ts";
import type { WireFormat } from "./wire-format.ts";

/** An endpoint that clients call with their credentials, by POST. */
interface OAuthEndpoint {
  /** Name in metric and log. */
  name: string;
  path: string;
  /** Browsers may call it: a public client can be a page of any origin. */
  cors: boolean;
  /** HTTP status of success; by default 200. */
  status?: 200 | 201;
  /** The outcome for the metric, and the body of the response in wire names. */
  run: (deps: Deps, request: EndpointRequest) => Promise<[outcome: string, body: object]>;
}

/** The endpoint's request, with what names it in metric and log. */
interface OAuthInput extends Labels {
  request: EndpointRequest;
}

/** All but the token endpoint, whose wire format is configured. */
const ENDPOINTS: readonly OAuthEndpoint[] = [
  {
    name: "revoke",
    path: PATHS.revoke,
    cors: true,
    // RFC 7009 §2.2 leaves the body open; some clients fail on an empty one.
    run: async (deps, request) => [await revoke(deps, request), {}],
  },
  {
    name: "introspect",
    path: PATHS.introspect,
    cors: false,
    async run(deps, request) {
      const response = await introspect(deps, request);
      return [response.active ? "active" : "inactive", response];
    },
  },
  {
    name: "revocations",
    path: PATHS.revocations,
    cors: false,
    async run(deps, request) {
      const response = await revocations(deps, request);
      return [response.revoked.length > 0 ? "news" : "no_news", response];
    },
  },
  {
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
    name: "device_authorization",
    path: PATHS.deviceAuthorization,
    cors: true,
    run: async (deps, request) => ["asked", await deviceAuthorization(deps, request)],
  },
  {
    name: "login_request",
    path: PATHS.loginRequest,
    cors: false,
    run: async (deps, request) => ["described", await describeLogin(deps, request)],
  },
  {
    name: "login_accept",
    path: PATHS.loginAccept,
    cors: false,
    run: async (deps, request) => ["answered", { redirect_to: await acceptLogin(deps, request) }],
  },
  {
    name: "login_reject",
    path: PATHS.loginReject,
    cors: false,
    run: async (deps, request) => ["answered", { redirect_to: await rejectLogin(deps, request) }],
  },
];

/** The endpoints that clients call with their credentials; the token endpoint in the given wire format. */
export function oauthRoutes(deps: Deps, tokenFormat: WireFormat): Route<OAuthInput>[] {
  return [
    routeOf(deps, tokenEndpoint(tokenFormat), tokenFormat),
    ...ENDPOINTS.map((endpoint) => routeOf(deps, endpoint, rfcFormat)),
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

/** The endpoint in the pipeline: one reader and one formatter, those of its wire format. */
function routeOf(deps: Deps, endpoint: OAuthEndpoint, format: WireFormat): Route<OAuthInput> {
  const { name, path, cors, status = 200 } = endpoint;
  return {
    name,
    method: "POST",
    path,
    cors,
    async read(incoming) {
      const request = await readEndpointRequest(incoming, format);
      const { parameters, credentials } = request;
      return { request, clientId: credentials.clientId, grantType: parameters.get("grant_type") };
    },
    async run({ request }) {
      const [outcome, body] = await endpoint.run(deps, request);
      return [outcome, privateResponse(body, { cors, status })];
    },
    errorResponse: (error, request) => format.errorResponse(error, request, { cors }),
  };
}

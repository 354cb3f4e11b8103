import type { Deps } from "../../deps.ts";
import { deviceAuthorization } from "../../endpoints/device-authorization.ts";
import { introspect } from "../../endpoints/introspect.ts";
import { describeLogin } from "../../endpoints/login.ts";
import { push } from "../../endpoints/push.ts";
import { revocations } from "../../endpoints/revocations.ts";
import { revoke } from "../../endpoints/revoke.ts";
import type { EndpointRequest } from "../../clients/endpoint-request.ts";
import type { WireFormat } from "./wire-format.ts";
import { privateResponse } from "../responses.ts";

/** An OAuth endpoint as HTTP sees it. */
export interface Endpoint {
  name: string;
  /** Browsers of any origin may call it. */
  cors: boolean;
  /** How it reads and writes; by default as the RFCs say. */
  wireFormat?: WireFormat;
  /** The response, and the outcome as metric and log name it. */
  run: (request: EndpointRequest) => Promise<[outcome: string, response: Response]>;
}

export function revocationEndpoint(deps: Deps): Endpoint {
  return {
    name: "revoke",
    cors: true,
    // RFC 7009 §2.2 leaves the body open; clients exist that choke on an empty one.
    run: async (request) => [await revoke(deps, request), privateResponse({}, { cors: true })],
  };
}

export function introspectionEndpoint(deps: Deps): Endpoint {
  return {
    name: "introspect",
    cors: false,
    async run(request) {
      const seen = await introspect(deps, request);
      return [seen.active ? "active" : "inactive", privateResponse(seen)];
    },
  };
}

export function revocationFeedEndpoint(deps: Deps): Endpoint {
  return {
    name: "revocations",
    cors: false,
    async run(request) {
      const answer = await revocations(deps, request);
      return [answer.revoked.length > 0 ? "news" : "no_news", privateResponse(answer)];
    },
  };
}

export function pushEndpoint(deps: Deps): Endpoint {
  return {
    name: "push",
    cors: true,
    async run(request) {
      const { requestUri, expiresIn } = await push(deps, request);
      const body = { request_uri: requestUri, expires_in: expiresIn };
      return ["pushed", privateResponse(body, { cors: true, status: 201 })];
    },
  };
}

export function deviceEndpoint(deps: Deps): Endpoint {
  return {
    name: "device_authorization",
    cors: true,
    run: async (request) => [
      "asked",
      privateResponse(await deviceAuthorization(deps, request), { cors: true }),
    ],
  };
}

export function loginRequestEndpoint(deps: Deps): Endpoint {
  return {
    name: "login_request",
    cors: false,
    run: async (request) => ["described", privateResponse(await describeLogin(deps, request))],
  };
}

export function loginAnswerEndpoint(
  deps: Deps,
  name: string,
  answer: (deps: Deps, request: EndpointRequest) => Promise<string>,
): Endpoint {
  return {
    name,
    cors: false,
    run: async (request) => ["answered", privateResponse({ redirect_to: await answer(deps, request) })],
  };
}

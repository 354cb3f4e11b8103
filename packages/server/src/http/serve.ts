import type { Context, Hono } from "hono";
import { requests } from "../channels.ts";
import type { RequestMessage } from "../channels.ts";
import { GRANT_TYPES } from "../client-settings/grant-types.ts";
import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import type { ClientAddress } from "./client-address.ts";
import type { ReadCertificate } from "./client-certificate.ts";
import { loggable, logRefusal } from "./refusal-log.ts";
import type { IncomingRequest } from "./request.ts";
import { preflightResponse, toOAuthError, wrongMethod } from "./responses.ts";
import { watch } from "./watch.ts";

/** The result of a request: its outcome for the metric, or the refusal for metric and log; and the response. */
export type Result = [outcome: string | OAuthError, response: Response];

/** How metric and log line label a request; part of what a route reads. */
export interface Labels {
  /** As sent. */
  clientId?: string | undefined;
  /** As sent. */
  grantType?: string | undefined;
}

/**
 * One method of one path. `read` makes `Input` from the HTTP request, `run` handles it. Both may throw `OAuthError`;
 * `errorResponse` formats it, and the 405 of other methods.
 */
export interface Route<Input extends Labels> {
  /** Name of the endpoint in metric and log. */
  name: string;
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below the issuer, in Hono's syntax. */
  path: string;
  /** Scripts of any origin may call it, so preflights are answered. */
  cors: boolean;
  read: (incoming: IncomingRequest) => Input | Promise<Input>;
  run: (input: Input) => Result | Promise<Result>;
  /** `input` is undefined if `read` threw. */
  errorResponse: (
    error: OAuthError,
    request: Request,
    input: Input | undefined,
  ) => Response | Promise<Response>;
}

/** What the pipeline itself works with. */
export interface ServeContext {
  deps: Pick<Deps, "issuer" | "metrics" | "tracing" | "log" | "clients">;
  /** Path under which the service is mounted: "" or `/auth`. */
  basePath: string;
  clientAddress: ClientAddress;
  /** null: no client can show one. */
  readCertificate: ReadCertificate | null;
}

/**
 * Longest path and query, characters. An authorization request (16 KiB) fits also where it is sealed in a login
 * challenge, and the request line fits the largest head.
 */
export const MAX_URL = 32 * 1024;

const noCertificate = () => null;

/** Adds routes to the router, and for each of their paths the preflight (Fetch §4.8) and the 405 (RFC 9110 §15.5.6). */
export function addRoutes<Input extends Labels>(
  app: Hono,
  context: ServeContext,
  routes: readonly Route<Input>[],
): void {
  const { deps, basePath } = context;
  for (const [path, ofPath] of Map.groupBy(routes, (route) => route.path)) {
    for (const route of ofPath) {
      app.on(route.method, path, (c) => {
        if (deps.tracing === null && !requests.hasSubscribers) return serve(context, route, c);
        const { method, headers } = c.req.raw;
        const message = { issuer: deps.issuer, endpoint: route.name, method, route: basePath + path };
        return watch(deps, headers, message, () => serve(context, route, c, message));
      });
    }
    const [first] = ofPath;
    if (first === undefined) continue;
    const methods = ofPath.map(({ method }) => method);
    if (first.cors) app.options(path, (c) => preflightResponse(c.req.raw, methods));
    app.all(path, (c) => first.errorResponse(wrongMethod(methods), c.req.raw, undefined));
  }
}

/**
 * Runs one request: read, run, measure, log. What is thrown becomes the route's error response.
 *
 * @param message of a request that is watched; completed here
 */
async function serve<Input extends Labels>(
  { deps, clientAddress, readCertificate }: ServeContext,
  route: Route<Input>,
  { req, env }: Context,
  message?: RequestMessage,
): Promise<Response> {
  const started = performance.now();
  const request = req.raw;
  const address = () => clientAddress(request, env);
  const certificate = readCertificate === null ? noCertificate : () => readCertificate(request, env);
  let input: Input | undefined;
  let result: Result;
  deps.metrics.inFlight.requests += 1;
  try {
    // The path begins after the scheme's slashes and the host.
    if (request.url.length - request.url.indexOf("/", "https://".length) > MAX_URL) {
      throw new OAuthError("url_too_long");
    }
    input = await route.read({ request, pathParameter: (name) => req.param(name), address, certificate });
    result = await route.run(input);
  } catch (thrown) {
    const error = toOAuthError(thrown);
    result = [error, await route.errorResponse(error, request, input)];
  } finally {
    deps.metrics.inFlight.requests -= 1;
  }
  const [outcome, response] = result;
  const isRefused = typeof outcome !== "string";
  const seconds = (performance.now() - started) / 1000;
  const labels = { endpoint: route.name, grantType: input?.grantType, status: response.status };
  const outcomeName = isRefused ? outcome.causeName : outcome;
  deps.metrics.observeRequest({ ...labels, outcome: outcomeName }, seconds);
  if (isRefused) {
    logRefusal(deps, outcome, { endpoint: route.name, clientId: input?.clientId, address: address() });
  }
  if (message !== undefined) {
    message.outcome = outcomeName;
    message.status = response.status;
    message.grantType = GRANT_TYPES.find((known) => known === input?.grantType);
    message.clientId = loggable(deps.clients, input?.clientId);
  }
  return response;
}

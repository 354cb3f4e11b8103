import type { Context, Hono } from "hono";
import type { Deps } from "../../deps.ts";
import { PATHS } from "../../endpoints/metadata.ts";
import {
  deleteRegistration,
  readRegistration,
  register,
  updateRegistration,
} from "../../endpoints/register.ts";
import type { RegistrationRequest } from "../../endpoints/register.ts";
import type { AppOptions } from "../app.ts";
import { logRefusal } from "../refusal-log.ts";
import { readJson } from "../request.ts";
import {
  emptyResponse,
  errorResponse,
  preflightResponse,
  privateResponse,
  toOAuthError,
  wrongMethod,
} from "../responses.ts";

/** What one method of a path does: the outcome for the metric, and the response. */
type Handler = (
  deps: Deps,
  id: string,
  request: RegistrationRequest,
) => Promise<[outcome: string, response: Response]>;

const BEARER = /^bearer +([A-Za-z0-9\-._~+/]+=*) *$/i;

/** Registration of clients by themselves (RFC 7591) and what they do with it later (RFC 7592), if it is switched on. */
export function addRegistrationRoutes(
  app: Hono,
  deps: Deps,
  clientAddress: AppOptions["clientAddress"],
): void {
  if (deps.registration.mode === "off") return;
  const route = (path: string, handlers: Record<string, Handler>) => {
    const methods = Object.keys(handlers).join(", ");
    for (const [method, handler] of Object.entries(handlers)) {
      app.on(method, path, (c) => serve(deps, clientAddress, c, handler));
    }
    app.options(path, (c) => preflightResponse(c.req.raw, methods));
    app.all(path, () => errorResponse(wrongMethod(methods), { cors: true }));
  };
  route(PATHS.register, { POST: create });
  route(`${PATHS.register}/:id`, { GET: read, PUT: update, DELETE: remove });
}

const create: Handler = async (deps, _id, request) => {
  const body = await register(deps, request);
  return ["registered", privateResponse(body, { cors: true, status: 201 })];
};

const read: Handler = async (deps, id, request) => {
  return ["read", privateResponse(await readRegistration(deps, id, request), { cors: true })];
};

const update: Handler = async (deps, id, request) => {
  return ["updated", privateResponse(await updateRegistration(deps, id, request), { cors: true })];
};

const remove: Handler = async (deps, id, request) => {
  await deleteRegistration(deps, id, request);
  return ["deleted", emptyResponse()];
};

async function serve(
  deps: Deps,
  clientAddress: AppOptions["clientAddress"],
  { req, env }: Context,
  handler: Handler,
): Promise<Response> {
  const started = performance.now();
  const { raw } = req;
  const address = () => clientAddress(raw, env);
  const id = req.param("id");
  const observe = (outcome: string) =>
    deps.metrics.observeRequest("register", undefined, outcome, (performance.now() - started) / 1000);
  try {
    const hasBody = raw.method === "POST" || raw.method === "PUT";
    const metadata = hasBody ? await readJson(raw) : undefined;
    const token = BEARER.exec(raw.headers.get("authorization") ?? "")?.[1];
    const [outcome, response] = await handler(deps, id ?? "", { metadata, token, address });
    observe(outcome);
    return response;
  } catch (thrown) {
    const error = toOAuthError(thrown);
    observe(error.causeName);
    logRefusal(deps, error, { endpoint: "register", clientId: id, address: address() });
    return errorResponse(error, { cors: true });
  }
}

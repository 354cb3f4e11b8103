import type { Operation } from "../../admin-api/operation.ts";
import { ADMIN_PATH } from "../../admin-api/paths.ts";
import { OPERATIONS } from "../../admin-api/table.ts";
import type { Deps } from "../../deps.ts";
import { bearerToken } from "../bearer-token.ts";
import { readJson } from "../json-body.ts";
import { readQuery } from "../request.ts";
import type { IncomingRequest } from "../request.ts";
import type { Result, Route } from "../serve.ts";
import { authorize } from "./authorize.ts";
import type { AdminApiDeps, AuthorizedRequest } from "./authorized-request.ts";
import { problemResponse, toCause } from "./problem.ts";
import { operationResponse } from "./respond.ts";

/** The routes of the admin API, one for each operation. */
export function adminRoutes(api: AdminApiDeps): Route<AuthorizedRequest>[] {
  // The router takes the first that fits: a literal segment goes before a parameter.
  const order = ({ path }: Operation) => path.replaceAll(/\{\w+\}/g, "\uffff");
  const sorted = OPERATIONS.toSorted((one, other) => (order(one) < order(other) ? -1 : 1));
  return sorted.map((operation) => routeOf(operation, api));
}

function routeOf(operation: Operation, api: AdminApiDeps): Route<AuthorizedRequest> {
  const { deps } = api;
  const parameters = new Set(Object.keys({ ...operation.parameters, ...operation.query }));
  return {
    name: "admin",
    method: operation.method,
    path: ADMIN_PATH + operation.path.replaceAll(/\{(\w+)\}/g, ":$1"),
    // Pages of other origins have no business here.
    cors: false,
    read: (incoming) => readRequest(operation, deps, incoming),
    run: async (authorized): Promise<Result> => {
      try {
        return [operation.name, await operationResponse(operation, api, authorized)];
      } catch (error) {
        throw toCause(error);
      }
    },
    errorResponse: (error) => problemResponse(deps.issuer, error, parameters),
  };
}

/** Nothing is read of a request that is not authorized. */
async function readRequest(
  operation: Operation,
  deps: Deps,
  { request, pathParameter }: IncomingRequest,
): Promise<AuthorizedRequest> {
  const administrator = await authorize(deps, bearerToken(request.headers), operation.scope);
  const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const path = Object.fromEntries(names.map((name) => [name, pathParameter(name) ?? ""]));
  // An empty parameter is refused by its schema: were it left out, a request for some grants would be one for all.
  readQuery(request.url);
  const query = Object.fromEntries(new URL(request.url).searchParams);
  const body = operation.body === undefined ? undefined : await readJson(request);
  return { administrator, clientId: administrator.clientId, request, input: { path, query, body } };
}

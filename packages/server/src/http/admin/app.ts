import type { Hono } from "hono";
import { ADMIN_PATH, RESOURCE_METADATA_PATH } from "../../admin-api/paths.ts";
import { openApiDocument } from "../../admin-api/document.ts";
import { ADMIN_READ_SCOPE, ADMIN_SCOPE } from "../../config/reserved-scopes.ts";
import { OAuthError } from "../../errors/oauth-error.ts";
import { privateResponse } from "../responses.ts";
import { addRoutes } from "../serve.ts";
import type { Labels, Route, ServeContext } from "../serve.ts";
import { problemResponse } from "./problem.ts";
import { adminRoutes } from "./routes.ts";
import type { AdminApiDeps } from "./authorized-request.ts";

/** Adds the admin API to a router: its operations, its description and its metadata. */
export function addAdminApi(app: Hono, context: ServeContext, api: AdminApiDeps): void {
  const { issuer } = api.deps;
  const problem = (error: OAuthError) => problemResponse(issuer, error);
  addRoutes(app, context, adminRoutes(api));
  addRoutes(app, context, documentRoutes(issuer, problem));
  app.all(`${ADMIN_PATH}/*`, () => problem(new OAuthError("operation_not_found")));
  app.all(ADMIN_PATH, () => problem(new OAuthError("operation_not_found")));
}

/** Documents that anyone may read: they say how to use the API, and nothing of what it administers. */
function documentRoutes(issuer: string, errorResponse: Route<Labels>["errorResponse"]): Route<Labels>[] {
  let document: object | undefined;
  const route = (path: string, body: () => object): Route<Labels> => ({
    name: "admin",
    method: "GET",
    path,
    cors: false,
    read: () => ({}),
    run: () => ["document", privateResponse(body())],
    errorResponse,
  });
  return [
    route(`${ADMIN_PATH}/openapi.json`, () => (document ??= openApiDocument(issuer))),
    // RFC 9728 §2
    route(RESOURCE_METADATA_PATH, () => ({
      resource: issuer + ADMIN_PATH,
      resource_name: "Regrant's admin API",
      authorization_servers: [issuer],
      scopes_supported: [ADMIN_SCOPE, ADMIN_READ_SCOPE],
      bearer_methods_supported: ["header"],
    })),
  ];
}

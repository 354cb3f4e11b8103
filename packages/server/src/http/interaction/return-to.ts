import { PATHS } from "../../endpoints/metadata.ts";

/** Pages of our own that somebody may have to sign in for, as `page` in a URL names them, and what else stands there. */
const PAGES: ReadonlyMap<string, { path: string; parameters: readonly string[] }> = new Map([
  ["device", { path: PATHS.device, parameters: ["user_code"] }],
  ["applications", { path: PATHS.applications, parameters: [] }],
]);

/**
 * Where what somebody signs in for begins: a client's authorization request, or a page of our own. Undefined: they sign in
 * for nothing in particular.
 */
export function returnUrl(basePath: string, parameters: ReadonlyMap<string, string>): string | undefined {
  if (parameters.has("client_id")) return withQuery(basePath + PATHS.authorize, parameters);
  const page = PAGES.get(parameters.get("page") ?? "");
  return page && withQuery(basePath + page.path, pick(parameters, page.parameters));
}

/** `path` with an authorization request, or with what a page of our own needs. */
export function withQuery(path: string, parameters: ReadonlyMap<string, string>): string {
  const query = queryOf(parameters);
  return query === "" ? path : `${path}?${query}`;
}

export function queryOf(parameters: ReadonlyMap<string, string>): string {
  return new URLSearchParams([...parameters]).toString();
}

/** What of a URL belongs to a page of our own; empty: it names none. */
export function returnParameters(given: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const page = PAGES.get(given.get("page") ?? "");
  return page === undefined ? new Map() : pick(given, ["page", ...page.parameters]);
}

function pick(given: ReadonlyMap<string, string>, names: readonly string[]): ReadonlyMap<string, string> {
  return new Map(names.flatMap((name) => (given.has(name) ? [[name, given.get(name) ?? ""] as const] : [])));
}

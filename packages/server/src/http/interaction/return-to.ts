import { PATHS } from "../../endpoints/metadata.ts";

/**
 * Our own pages that need a sign-in, by their name in `page=` of a URL, and the parameters that they keep. Only these
 * can be returned to, so the URL cannot make Regrant an open redirector.
 */
const PAGES: ReadonlyMap<string, { path: string; parameters: readonly string[] }> = new Map([
  ["device", { path: PATHS.device, parameters: ["user_code"] }],
  ["applications", { path: PATHS.applications, parameters: [] }],
]);

/**
 * Where the user returns to after signing in or out: the client's authorization request, or a Regrant page. Undefined
 * if the URL names neither.
 */
export function returnUrl(basePath: string, parameters: ReadonlyMap<string, string>): string | undefined {
  if (parameters.has("client_id")) return withQuery(basePath + PATHS.authorize, parameters);
  const page = PAGES.get(parameters.get("page") ?? "");
  if (page === undefined) return undefined;
  const kept = [...parameters].filter(([name]) => page.parameters.includes(name));
  return withQuery(basePath + page.path, new Map(kept));
}

/**
 * The parameters of a URL that belong to the Regrant page that it names, always in the same order. Empty if it names
 * none.
 */
export function returnParameters(query: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const page = PAGES.get(query.get("page") ?? "");
  const names = page === undefined ? [] : ["page", ...page.parameters];
  return new Map(names.flatMap((name) => (query.has(name) ? [[name, query.get(name) ?? ""]] : [])));
}

/** Appends the parameters of an interaction to a path. */
export function withQuery(path: string, parameters: Parameters<typeof queryOf>[0]): string {
  const query = queryOf(parameters);
  return query === "" ? path : `${path}?${query}`;
}

/** The parameters as a query string. CSRF tokens and login challenges contain this form. */
export function queryOf(parameters: Iterable<readonly [name: string, value: string]>): string {
  return new URLSearchParams([...parameters].map(([name, value]) => [name, value])).toString();
}

/**
 * A request that sends a form, as text: React Native sends nothing of a URLSearchParams. A redirect is not followed, or
 * another server would get the form; by `manual`, since Workers do not know `error`.
 */
export function formPost(body: URLSearchParams, headers: Headers): RequestInit {
  headers.set("content-type", "application/x-www-form-urlencoded");
  return { method: "POST", headers, body: String(body), redirect: "manual", ...noStore() };
}

/** Some platforms cache a POST, and others do not know the option and throw. */
export function noStore(): RequestInit {
  return "cache" in (globalThis.Request?.prototype ?? {}) ? { cache: "no-store" } : {};
}

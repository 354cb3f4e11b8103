/** A host of domain labels, or an IPv6 address, with an optional port: what is a source in a content security policy. */
const PLAIN_HOST = /^(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d+)?$/;

/**
 * Whether the text is an https URL of a plain host, without a user name. URL parsers accept hosts with `;`, `'` or `*`
 * too: no domain has them, and in a content security policy (CSP 3 §2.2) they mean something else.
 */
export function isHttpsUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url?.protocol !== "https:" || url.username !== "" || url.password !== "") return false;
  return PLAIN_HOST.test(url.host);
}

/** Where and how one client refreshes. */
export interface TokenEndpoint {
  url: string;
  /** Sent with every refresh, beside `grant_type` and `refresh_token`. */
  form: Record<string, string>;
}

/** Makes the writer of whole HTTP/1.1 refresh requests, head and body; only the token differs from one to the next. */
export function refreshRequest({ url, form }: TokenEndpoint): (token: string) => string {
  const { host, pathname } = new URL(url);
  const head =
    `POST ${pathname} HTTP/1.1\r\nHost: ${host}\r\nAccept: application/json\r\nUser-Agent: regrant-bench\r\n` +
    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ";
  const fields = `${new URLSearchParams({ grant_type: "refresh_token", ...form }).toString()}&refresh_token=`;
  return (token) => {
    const body = fields + encodeURIComponent(token);
    return `${head}${body.length}\r\n\r\n${body}`;
  };
}

export function addressOf({ url }: TokenEndpoint): { host: string; port: number } {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
}

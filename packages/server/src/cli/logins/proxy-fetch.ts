import http from "node:http";
import { proxyFor } from "./proxy.ts";

/** Node.js can set the proxy of a request from 24.14 on; before that, only of the process when it starts. */
const CAN_SET = typeof http.setGlobalProxyFromEnv === "function";
const IS_SET = Boolean(process.env["NODE_USE_ENV_PROXY"]);

/** A proxy was not used or refused: the server has received nothing. The codes are those of Node.js. */
class ProxyError extends Error {
  override readonly name = "ProxyError";
  readonly syscall = "connect";
  readonly code: string;

  constructor(code: string) {
    super("the proxy cannot be used");
    this.code = code;
  }
}

/**
 * `fetch` through the proxy of the environment.
 *
 * @throws ProxyError ERR_PROXY_INVALID_CONFIG; ERR_PROXY_TUNNEL with the proxy's HTTP status at its end; or
 *   ERR_PROXY_UNAVAILABLE: this Node.js cannot use one
 */
export const proxyFetch: typeof fetch = async (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input);
  let proxy: string | undefined;
  try {
    proxy = proxyFor(url)?.url.href;
  } catch {
    // Where the error is reported, the variable is named.
    throw new ProxyError("ERR_PROXY_INVALID_CONFIG");
  }
  // Going round it would send secrets on a way that the user does not want.
  if (proxy !== undefined && !CAN_SET && !IS_SET) throw new ProxyError("ERR_PROXY_UNAVAILABLE");
  try {
    return await through(proxy, () => fetch(input, init));
  } catch (error) {
    const status = tunnelStatus(error);
    if (status === undefined) throw error;
    throw new ProxyError(`ERR_PROXY_TUNNEL_${status}`);
  }
};

/** `fetch` takes its way when it is called: the process's setting is changed for that moment only. */
function through(proxy: string | undefined, send: () => Promise<Response>): Promise<Response> {
  if (!CAN_SET || (proxy === undefined && !IS_SET)) return send();
  const way =
    proxy === undefined
      ? { http_proxy: UNUSED, https_proxy: UNUSED, no_proxy: "*" }
      : { http_proxy: proxy, https_proxy: proxy };
  const restore = http.setGlobalProxyFromEnv(way);
  try {
    return send();
  } finally {
    restore();
  }
}

/** Undoes the proxy that Node.js has set for all requests: `no_proxy` of all hosts needs a proxy. */
const UNUSED = "http://127.0.0.1:9";

/** The HTTP status with which a proxy refused a connection. undici tells it in a message only. */
function tunnelStatus(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    const status = /^Proxy response \((\d{3})\)/.exec(at.message)?.[1];
    if (status !== undefined) return status;
  }
  return undefined;
}

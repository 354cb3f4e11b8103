import type { TokenError } from "@regrant/client";
import { printable } from "../printable.ts";
import { proxyFor, proxyText } from "./proxy.ts";

/** Longest foreign text that is shown, characters. */
const MAX_LENGTH = 300;

/** Makes a text from a server or a file safe to print, and cuts it. */
export function sanitize(text: string): string {
  return printable(text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text);
}

/** Error codes of Node.js and undici, and what they mean. */
const NETWORK_ERRORS: readonly (readonly [RegExp, string])[] = [
  [/^(ENOTFOUND|EAI_)/, "host not found"],
  [/^ECONNREFUSED$/, "connection refused"],
  [
    /^(ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|CERT_)/,
    "the certificate is not trusted (NODE_EXTRA_CA_CERTS=FILE adds a certificate authority)",
  ],
  [/^(UND_ERR_\w+_TIMEOUT|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|TimeoutError)$/, "no response in time"],
  [/^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/, "connection closed"],
  [/^(TypeError|ERR_PROXY_INVALID_CONFIG)$/, "the request could not be sent"],
  [/^ERR_PROXY_UNAVAILABLE$/, "Node.js 24.14 or NODE_USE_ENV_PROXY=1 is needed to send it"],
];

/**
 * Replaces the codes of network errors in a message by their meaning, and names the proxy that the request went through.
 *
 * @throws {CliError} the environment names an invalid proxy (2)
 */
export function explainNetworkErrors(message: string, url: string): string {
  let isNetwork = false;
  const text = message.replace(/\w+/g, (code) => {
    const meaning = meaningOf(code);
    isNetwork ||= meaning !== undefined;
    return meaning ?? code;
  });
  const proxy = isNetwork ? proxyFor(new URL(url)) : undefined;
  return proxy === undefined ? text : `${text}, through the proxy ${proxyText(proxy)}`;
}

function meaningOf(code: string): string | undefined {
  const refused = /^ERR_PROXY_TUNNEL_(\d+)$/.exec(code)?.[1];
  if (refused === "407") return "the proxy requires a username and a password (HTTP 407)";
  if (refused !== undefined) return `the proxy refused the connection (HTTP ${refused})`;
  return NETWORK_ERRORS.find(([pattern]) => pattern.test(code))?.[1];
}

/** A message with the code and the description of a server's refusal, as far as it has them not yet. */
export function withRefusal(
  message: string,
  { error, description }: Pick<TokenError, "error" | "description">,
): string {
  const code = error === undefined || message.includes(error) ? undefined : sanitize(error);
  const words = [code, description === undefined ? undefined : sanitize(description)];
  const said = words.filter((text) => text !== undefined).join(": ");
  return said === "" ? message : `${message} (${said})`;
}

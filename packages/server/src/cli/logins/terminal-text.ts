import { printable } from "../printable.ts";

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
];

/** Replaces the codes of network errors in a message by their meaning. */
export function explainNetworkErrors(message: string): string {
  return message.replace(
    /\w+/g,
    (code) => NETWORK_ERRORS.find(([pattern]) => pattern.test(code))?.[1] ?? code,
  );
}

/** Why `fetch` got no response. */
export function networkReason(error: unknown): string {
  const { cause, name } = error as Error;
  const code: unknown = (cause as NodeJS.ErrnoException | undefined)?.code ?? name;
  return explainNetworkErrors(String(code));
}

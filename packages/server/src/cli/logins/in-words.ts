const WORDS: readonly (readonly [RegExp, string])[] = [
  [/^(ENOTFOUND|EAI_)/, "its host has no address"],
  [/^ECONNREFUSED$/, "nothing listens there"],
  [
    /^(ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|CERT_)/,
    "its certificate is not trusted (NODE_EXTRA_CA_CERTS=FILE adds an authority)",
  ],
  [/^(UND_ERR_\w+_TIMEOUT|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|TimeoutError)$/, "no answer came in time"],
  [/^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/, "the connection was cut"],
];

/** A message with the codes of the network in words. */
export function inWords(message: string): string {
  return message.replace(/\w+/g, (code) => WORDS.find(([pattern]) => pattern.test(code))?.[1] ?? code);
}

/** Why `fetch` got no answer, in words. */
export function networkReason(error: unknown): string {
  const { cause, name } = error as Error;
  const code: unknown = (cause as NodeJS.ErrnoException | undefined)?.code ?? name;
  return inWords(String(code));
}

import { TLSSocket } from "node:tls";
import { ClientCertificate } from "../certificates/client-certificate.ts";
import type { Config } from "../config/resolve-config.ts";
import type { Log } from "../log.ts";
import { malformed, MAX_CHAIN, readCertificateHeader } from "./certificate-header.ts";
import { hourlyWarning, proxyMatcher } from "./client-address.ts";
import { peerAddress } from "./listen.ts";

/**
 * Reads the certificate of the client that sent a request; null: it showed none. `env` is what the host hands along with
 * the request.
 *
 * @throws OAuthError `invalid_request`: a proxy's header, or the certificate itself, is malformed
 */
export type ReadCertificate = (request: Request, env: unknown) => ClientCertificate | null;

/** Of connections that have been looked at, what was found. */
const ofSockets = new WeakMap<TLSSocket, ClientCertificate | null>();

/**
 * Makes the reader. A trusted proxy passes the requests of others on, so of its requests the header alone counts: a
 * certificate of its own connection is the proxy's. Of all other requests the connection alone counts: anyone can write the
 * header.
 */
export function certificateReader(
  {
    clientCertificateHeader: header,
    trustedProxies,
  }: Pick<Config, "clientCertificateHeader" | "trustedProxies">,
  log: Pick<Log, "warn">,
  now: () => number = performance.now.bind(performance),
): ReadCertificate {
  const isProxy = proxyMatcher(trustedProxies);
  const warn = hourlyWarning(
    "the client certificate in a header is ignored, because the peer is not a trusted proxy; if it is yours, " +
      "name it in the setting trustedProxies (REGRANT_TRUSTED_PROXIES)",
    log,
    now,
  );
  return ({ headers }, env) => {
    const peer = peerAddress(env);
    const value = header === null ? null : headers.get(header);
    if (!isProxy(peer)) {
      if (value !== null) warn(peer);
      return certificateOfSocket(env);
    }
    if (value === null) return null;
    const sent = readCertificateHeader(value, headers.get("client-cert-chain"));
    return sent && parse(sent.own, sent.chain);
  };
}

/** The certificate of a TLS connection whose handshake asked for one; TLS has proved that the client has its key. */
function certificateOfSocket(env: unknown): ClientCertificate | null {
  const { incoming } = (env ?? {}) as { incoming?: { socket?: unknown } };
  const socket = incoming?.socket;
  if (!(socket instanceof TLSSocket)) return null;
  const known = ofSockets.get(socket);
  if (known !== undefined) return known;
  const certificate = parseOfSocket(socket);
  ofSockets.set(socket, certificate);
  return certificate;
}

function parseOfSocket(socket: TLSSocket): ClientCertificate | null {
  let one = socket.getPeerX509Certificate();
  if (one === undefined) return null;
  const own = one.raw;
  const chain: Buffer[] = [];
  while (one?.issuerCertificate !== undefined && chain.length < MAX_CHAIN) {
    one = one.issuerCertificate;
    chain.push(one.raw);
  }
  return parse(own, chain);
}

function parse(own: Buffer, chain: readonly Buffer[]): ClientCertificate {
  try {
    return new ClientCertificate(own, chain);
  } catch (error) {
    throw malformed("it is not an X.509 certificate", error);
  }
}

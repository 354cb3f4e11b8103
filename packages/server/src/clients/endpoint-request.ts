import type { ClientCertificate } from "../certificates/client-certificate.ts";
import type { SignedJwt } from "./signed-jwt.ts";

/**
 * How the client authenticates (RFC 6749 §2.3), by the method's registered name (RFC 7591 §2). An empty secret counts
 * as none.
 */
export type Credentials = ShownClient &
  (
    | { readonly method: "none" }
    | {
        readonly method: "client_secret_basic" | "client_secret_post";
        readonly secret: string;
        /** A public client's secret is ignored; by default it is an error. */
        readonly ignoredOfPublicClient?: true;
      }
    | { readonly method: "private_key_jwt"; readonly assertion: SignedJwt }
  );

interface ShownClient {
  readonly clientId: string | undefined;
  /** The scheme of `Authorization` that the request used, which a refusal must name (RFC 6749 §5.2). */
  readonly scheme?: "Basic" | undefined;
}

/** A request to an endpoint, independent of HTTP. */
export interface EndpointRequest {
  /** Each parameter once, none empty (RFC 6749 §3.2). */
  readonly parameters: ReadonlyMap<string, string>;
  readonly credentials: Credentials;
  /** Network address of the client; resolved only when a limit needs it. */
  readonly address: () => string;
  /** With `url`, what a DPoP proof signs (RFC 9449 §4.2). */
  readonly method: string;
  /** The endpoint's public URL, below the issuer, without a query: behind a proxy, the request has another. */
  readonly url: string;
  /** The `DPoP` header; null: none was sent. */
  readonly proof: string | null;
  /**
   * The certificate that the client showed in the TLS handshake (RFC 8705); null: none. Read only where it is needed.
   *
   * @throws OAuthError `invalid_request` if it is malformed
   */
  readonly certificate: () => ClientCertificate | null;
}

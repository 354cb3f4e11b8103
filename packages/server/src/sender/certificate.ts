import type { EndpointRequest } from "../clients/endpoint-request.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import { senderWith } from "./sender.ts";

/**
 * The certificate to which the tokens of a client are bound (RFC 8705 §3, §4).
 *
 * @throws OAuthError `invalid_request`: the request came without one
 */
export function certificateSender({ certificate }: Pick<EndpointRequest, "certificate">) {
  const shown = certificate();
  if (shown === null) throw new OAuthError("client_certificate_missing");
  return senderWith({ "x5t#S256": shown.thumbprint });
}

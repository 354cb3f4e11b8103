import type { OAuthError } from "../../errors/oauth-error.ts";
import type { TokenResponse } from "../../grant-types/token-response.ts";
import { readCredentials, readParameters } from "../request.ts";
import type { RequestReader } from "../request.ts";
import { errorResponse, tokenResponseBody } from "../responses.ts";

/** How an endpoint reads its requests and writes its responses. */
export interface WireFormat extends RequestReader {
  /** The JSON body of a successful token response. */
  tokenBody: (response: TokenResponse) => object;
  /** Formats an error. `cors`: any origin may read it. */
  errorResponse: (error: OAuthError, request: Request, options: { cors: boolean }) => Response;
}

/** The wire format of RFC 6749: requests as §2.3 and §3.2, responses as §5.1, errors as §5.2. */
export const rfcFormat: WireFormat = {
  readParameters,
  readCredentials,
  tokenBody: tokenResponseBody,
  errorResponse(error, { headers }, options) {
    return errorResponse(error, { ...options, fromOwnPage: headers.get("sec-fetch-site") === "same-origin" });
  },
};

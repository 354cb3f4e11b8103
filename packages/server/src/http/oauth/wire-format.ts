import type { OAuthError } from "../../errors/oauth-error.ts";
import { passportErrorResponse, passportTokenResponse } from "../passport/responses.ts";
import { readPassportCredentials, readPassportParameters } from "../passport/requests.ts";
import type { PassportFamily } from "../passport/requests.ts";
import { readCredentials, readParameters } from "../request.ts";
import { errorResponse, tokenResponse } from "../responses.ts";

/** How requests of an endpoint are read, and how its answers and refusals are written. */
export interface WireFormat {
  readParameters: (request: Request) => Promise<ReadonlyMap<string, string>>;
  readCredentials: typeof readCredentials;
  tokenResponse: typeof tokenResponse;
  errorResponse: (error: OAuthError, request: Request, options: { cors: boolean }) => Response;
}

/** The RFCs'. */
export const RFC_FORMAT: WireFormat = {
  readParameters,
  readCredentials,
  tokenResponse,
  errorResponse: (error, _request, options) => errorResponse(error, options),
};

/** Laravel Passport's, or, where none is named, the standard one. */
export function wireFormatOf(family: PassportFamily | null): WireFormat {
  if (family === null) return RFC_FORMAT;
  return {
    readParameters: (request) => readPassportParameters(request, family),
    readCredentials: (authorization, parameters) =>
      readPassportCredentials(authorization, parameters, family),
    tokenResponse: passportTokenResponse,
    errorResponse: (error, request, options) => passportErrorResponse(error, request, family, options),
  };
}

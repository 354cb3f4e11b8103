import type { OAuthError } from "../errors.ts";
import { passportErrorResponse, passportTokenResponse } from "./passport-answer.ts";
import { readPassportCredentials, readPassportParameters } from "./passport-request.ts";
import type { PassportFamily } from "./passport-request.ts";
import { readCredentials, readParameters } from "./request.ts";
import { errorResponse, tokenResponse } from "./responses.ts";

/** How requests of an endpoint are read, and how its answers and refusals are written. */
export interface Dialect {
  readParameters: (request: Request) => Promise<ReadonlyMap<string, string>>;
  readCredentials: typeof readCredentials;
  tokenResponse: typeof tokenResponse;
  errorResponse: (error: OAuthError, request: Request, options: { cors: boolean }) => Response;
}

/** The RFCs'. */
export const STANDARD: Dialect = {
  readParameters,
  readCredentials,
  tokenResponse,
  errorResponse: (error, _request, options) => errorResponse(error, options),
};

/** Laravel Passport's, or, where none is named, the standard one. */
export function dialectOf(family: PassportFamily | null): Dialect {
  if (family === null) return STANDARD;
  return {
    readParameters: (request) => readPassportParameters(request, family),
    readCredentials: (authorization, parameters) =>
      readPassportCredentials(authorization, parameters, family),
    tokenResponse: passportTokenResponse,
    errorResponse: (error, request, options) => passportErrorResponse(error, request, family, options),
  };
}

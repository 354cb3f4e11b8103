import type { WireFormat } from "../oauth/wire-format.ts";
import { readPassportCredentials, readPassportParameters } from "./requests.ts";
import type { PassportFamily } from "./requests.ts";
import { passportErrorResponse, passportTokenBody } from "./responses.ts";

/**
 * The wire format of Laravel Passport's token endpoint (setting `passportResponses`).
 *
 * Clients written for Passport match on its statuses, error texts and hints, so they need no change in a migration.
 * The reference is league/oauth2-server; each rule here repeats what a version in `family` does.
 */
export function passportFormat(family: PassportFamily): WireFormat {
  return {
    readParameters: (request) => readPassportParameters(request, family),
    readCredentials: (authorization, parameters) =>
      readPassportCredentials(authorization, parameters, family),
    tokenBody: passportTokenBody,
    errorResponse: (error, request, options) => passportErrorResponse(error, request, family, options),
  };
}

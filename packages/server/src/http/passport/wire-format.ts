import type { WireFormat } from "../oauth/wire-format.ts";
import { readPassportCredentials, readPassportParameters } from "./requests.ts";
import type { PassportFamily } from "./requests.ts";
import { passportErrorResponse, passportTokenBody } from "./responses.ts";

/** The token endpoint of Laravel Passport, as its family reads and writes it (setting `passportResponses`). */
export function passportFormat(family: PassportFamily): WireFormat {
  return {
    readParameters: (request) => readPassportParameters(request, family),
    readCredentials: (authorization, parameters) =>
      readPassportCredentials(authorization, parameters, family),
    tokenBody: passportTokenBody,
    errorResponse: (error, request, options) => passportErrorResponse(error, request, family, options),
  };
}

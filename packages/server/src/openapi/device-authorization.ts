import { PATHS } from "../endpoints/metadata.ts";
import type { Endpoint } from "./endpoint.ts";
import { DETAILS, RESOURCE, SCOPE } from "./common-fields.ts";
import type { Instance } from "./instance.ts";
import { ANY_BODY, ANY_CLIENT, ANY_REQUEST, ANY_RESOURCE, ANY_SCOPE } from "./refusals.ts";
import { objectOf, reference, SECONDS, URI } from "./schema.ts";
import type { Fields, Schema } from "./schema.ts";
import { authenticationText, CLIENT, CREDENTIALS, EXAMPLE_CREDENTIALS } from "./security.ts";
import { FORM_TYPES } from "./token-endpoint.ts";

export const DEVICE_RESPONSE_FIELDS: Fields = {
  device_code: { description: "For the device's token requests; the user never sees it.", required: true },
  user_code: { description: "What the user enters.", required: true },
  verification_uri: { description: "Where the user enters it.", schema: URI, required: true },
  verification_uri_complete: {
    description: "The same page with the code filled in, for a QR code.",
    schema: URI,
  },
  expires_in: { description: "How long both codes are valid, s.", schema: SECONDS, required: true },
  interval: { description: "How long to wait between two token requests, s.", schema: SECONDS },
};

export const DEVICE_REQUEST_FIELDS: Fields = {
  ...CREDENTIALS,
  scope: SCOPE,
  resource: RESOURCE,
  authorization_details: DETAILS,
};

/** The schemas of this endpoint, by their names among the components. */
export const DEVICE_SCHEMAS: Readonly<Record<string, Schema>> = {
  DeviceAuthorizationRequest: objectOf(DEVICE_REQUEST_FIELDS),
  DeviceAuthorizationResponse: objectOf(DEVICE_RESPONSE_FIELDS),
};

/** A response of this instance (RFC 8628 §3.2). */
export function exampleDeviceResponse({ issuer, deviceCodeTtl, devicePollInterval }: Instance): object {
  const page = issuer + PATHS.device;
  return {
    device_code: "YOUR_DEVICE_CODE",
    user_code: "WDJB-MJHT",
    verification_uri: page,
    verification_uri_complete: `${page}?user_code=WDJB-MJHT`,
    expires_in: deviceCodeTtl,
    interval: devicePollInterval,
  };
}

/** Device authorization (RFC 8628 §3.1). The user's page is not described. */
export function deviceAuthorization(instance: Instance): Endpoint {
  return {
    operationId: "authorizeDevice",
    method: "post",
    path: PATHS.deviceAuthorization,
    tag: "Authorization",
    summary: "Start on a device without a browser",
    description:
      "Device authorization (RFC 8628): show the user `verification_uri` and `user_code`, then poll the token endpoint " +
      `with \`device_code\`.\n\n${authenticationText({ isPublicAccepted: true })}`,
    security: CLIENT,
    body: {
      mediaTypes: FORM_TYPES,
      schema: reference("DeviceAuthorizationRequest"),
      examples: { start: { summary: "Start", value: EXAMPLE_CREDENTIALS } },
    },
    responses: {
      200: {
        description: "The codes.",
        content: {
          mediaType: "application/json",
          schema: reference("DeviceAuthorizationResponse"),
          examples: {
            codes: { summary: "Codes", value: exampleDeviceResponse(instance) },
          },
        },
      },
    },
    refusals: [
      "grant_type_not_allowed",
      ...ANY_SCOPE,
      ...ANY_RESOURCE,
      "too_many_device_requests",
      ...ANY_BODY,
      ...ANY_CLIENT,
      ...ANY_REQUEST,
    ],
  };
}

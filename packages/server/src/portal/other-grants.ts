import { DEVICE_CODE } from "../client-settings/grant-types.ts";
import { PATHS } from "../endpoints/metadata.ts";
import { DEVICE_RESPONSE_FIELDS, exampleDeviceResponse } from "../openapi/device-authorization.ts";
import { exampleResponse, GRANT_REQUESTS } from "../openapi/grant-requests.ts";
import type { Language } from "../pages/language.ts";
import { section, text } from "./document.ts";
import type { Block, Section } from "./document.ts";
import { durationIn } from "./duration.ts";
import { howToRun, programs } from "./examples/block.ts";
import { curl } from "./examples/curl.ts";
import type { FormRequest } from "./examples/example.ts";
import { deviceRequest, tokenRequest } from "./examples/requests.ts";
import { EXAMPLES } from "./examples/table.ts";
import { deviceParameters, tokenParameters } from "./grant-parameters.ts";
import type { GrantValues } from "./grant-parameters.ts";
import { endpointTable, memberRows, memberTable, sample } from "./tables.ts";
import type { Texts } from "./tables.ts";

/** The members of a device authorization response. A test compares the names with `DEVICE_RESPONSE_FIELDS`. */
const DEVICE_MEMBERS: Texts = {
  device_code: "docs.get.device.device_code",
  user_code: "docs.get.device.user_code",
  verification_uri: "docs.get.device.verification_uri",
  verification_uri_complete: "docs.get.device.verification_uri_complete",
  expires_in: "docs.get.device.expires_in",
  interval: "docs.get.device.interval",
};

/** The device code (RFC 8628), in two requests. */
export function device({ offer, language, clientId }: GrantValues): Section[] {
  const { t } = language;
  const { instance, tokenEndpoint } = offer;
  const { issuer, devicePollInterval } = instance;
  const interval = durationIn(language, devicePollInterval);
  return [
    section(
      "device-code",
      t("docs.get.device"),
      text(t("docs.get.deviceText")),
      endpointTable(language, "POST", issuer + PATHS.deviceAuthorization),
      deviceParameters(offer, language),
      ...inShell(language, deviceRequest({ issuer, clientId })),
      memberTable(language, memberRows(language, DEVICE_RESPONSE_FIELDS, DEVICE_MEMBERS)),
      sample(exampleDeviceResponse(instance)),
      text(t("docs.get.deviceShow", { interval })),
      endpointTable(language, "POST", tokenEndpoint),
      tokenParameters(offer, language, DEVICE_CODE),
      ...inShell(language, tokenRequest(DEVICE_CODE, { issuer, clientId })),
    ),
  ];
}

/** The client's own token (RFC 6749 §4.4). */
export function clientCredentials({ offer, language, clientId }: GrantValues): Section[] {
  const { t } = language;
  const { instance, tokenEndpoint } = offer;
  const request = tokenRequest("client_credentials", { issuer: instance.issuer, clientId });
  // A web page has no secret to show, so it cannot use this grant type.
  const onServers = EXAMPLES.filter(({ run }) => run !== undefined);
  return [
    section(
      "client-credentials",
      t("docs.get.service"),
      text(t("docs.get.serviceText")),
      endpointTable(language, "POST", tokenEndpoint),
      tokenParameters(offer, language, "client_credentials"),
      text(t("docs.get.serviceNote")),
      text(t("docs.environment", { name: "CLIENT_SECRET" })),
      programs(language, onServers, request.name, ({ send }) => send(request)),
      sample(instance.token.body(exampleResponse(instance, GRANT_REQUESTS.client_credentials))),
    ),
  ];
}

/** The user's password (RFC 6749 §4.3), which RFC 9700 §2.4 forbids new programs. */
export function password({ offer, language, clientId }: GrantValues): Section[] {
  const { t } = language;
  const { issuer } = offer.instance;
  return [
    section(
      "password",
      t("docs.get.password"),
      text(t("docs.get.passwordText")),
      endpointTable(language, "POST", offer.tokenEndpoint),
      tokenParameters(offer, language, "password"),
      ...inShell(language, tokenRequest("password", { issuer, clientId })),
    ),
  ];
}

/** A request in curl alone, and how to run it. */
function inShell({ t }: Language, request: FormRequest): Block[] {
  return [
    { kind: "code", language: curl.language, code: curl.send(request) },
    text(howToRun(t, curl, request.name)),
  ];
}

import { ACCESS_SETTINGS } from "./access-settings.ts";
import { AUTHORIZATION_SETTINGS } from "./authorization-settings.ts";
import { EXCHANGE_SETTINGS } from "./exchange-settings.ts";
import { DPOP_SETTINGS } from "./dpop-settings.ts";
import { CERTIFICATE_SETTINGS } from "./certificate-settings.ts";
import { IDENTITY_SETTINGS } from "./identity-settings.ts";
import { KEY_SETTINGS } from "./key-settings.ts";
import { REFRESH_SETTINGS } from "./refresh-settings.ts";

/**
 * Every setting of a client, in the order of the reference. The type, checks, defaults, JSON members, flags, texts, client
 * metadata (RFC 7591) and the reference derive from here: a new setting is a row in one of these, its use, and a test.
 */
export const CLIENT_SETTINGS = {
  ...IDENTITY_SETTINGS,
  ...KEY_SETTINGS,
  ...ACCESS_SETTINGS,
  ...AUTHORIZATION_SETTINGS,
  ...CERTIFICATE_SETTINGS,
  ...REFRESH_SETTINGS,
  ...EXCHANGE_SETTINGS,
  ...DPOP_SETTINGS,
};

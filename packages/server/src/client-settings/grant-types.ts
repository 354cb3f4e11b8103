/** RFC 8628 §3.4 */
export const DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";

/** Every grant type, by its name on the wire. */
export const GRANT_TYPES = [
  "authorization_code",
  "refresh_token",
  "password",
  "client_credentials",
  DEVICE_CODE,
] as const;

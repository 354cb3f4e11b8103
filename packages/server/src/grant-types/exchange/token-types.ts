const URN = "urn:ietf:params:oauth:token-type:";

/** Token type identifiers (RFC 8693 §3). */
export const ACCESS_TOKEN = `${URN}access_token`;
export const REFRESH_TOKEN = `${URN}refresh_token`;
export const JWT = `${URN}jwt`;

// @ts-check

/**
 * What the client knows of the service and of itself.
 *
 * @typedef {object} Settings
 * @property {string} issuer
 * @property {string} clientId
 * @property {string} scope
 * @property {string} redirectUri
 * @property {string} authorizationEndpoint
 * @property {string} tokenEndpoint
 * @property {string} revocationEndpoint
 * @property {string} explanationEndpoint "" if the service has none
 */

/**
 * What a request must remember until its response: the state, and the verifier of its challenge (RFC 7636 §4.1).
 *
 * @typedef {{ state: string, verifier: string }} Pending
 */

/**
 * Makes an authorization request with PKCE (RFC 7636), and what to remember of it.
 *
 * @param {Settings} settings
 * @returns {Promise<{ url: string, pending: Pending }>}
 */
export async function authorizationRequest(settings) {
  const pending = { state: randomText(), verifier: randomText() };
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(pending.verifier));
  const parameters = new URLSearchParams({
    response_type: "code",
    client_id: settings.clientId,
    redirect_uri: settings.redirectUri,
    scope: settings.scope,
    state: pending.state,
    code_challenge: base64url(new Uint8Array(digest)),
    code_challenge_method: "S256",
  });
  return { url: `${settings.authorizationEndpoint}?${parameters}`, pending };
}

/**
 * Reads an authorization response. `state` says that it belongs to a request of this tab (RFC 6749 §10.12), and `iss`
 * that this service sent it (RFC 9207 §2.4).
 *
 * @param {URLSearchParams} response
 * @param {Pending | null} pending
 * @param {string} issuer
 * @returns {{ code: string, verifier: string } | { refusal: string } | null} null: it belongs to no request of this tab
 */
export function readAuthorizationResponse(response, pending, issuer) {
  if (pending === null || response.get("state") !== pending.state) return null;
  if (response.get("iss") !== issuer) {
    return { refusal: "This response names another issuer, so its code is not used." };
  }
  const code = response.get("code");
  if (code !== null) return { code, verifier: pending.verifier };
  const description = response.get("error_description");
  return { refusal: [response.get("error") ?? "no code", description].filter(Boolean).join(": ") };
}

/**
 * Header and claims of a JWT (RFC 7519 §3). They are only shown: who relies on them verifies the signature first.
 *
 * @param {string} jwt
 * @returns {unknown[]}
 */
export function decodeJwt(jwt) {
  return jwt
    .split(".")
    .slice(0, 2)
    .map((part) => {
      const bytes = Uint8Array.from(atob(part.replaceAll("-", "+").replaceAll("_", "/")), (byte) =>
        byte.charCodeAt(0),
      );
      return /** @type {unknown} */ (JSON.parse(new TextDecoder().decode(bytes)));
    });
}

/** 256 random bits, as 43 characters. */
function randomText() {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

/** @param {Uint8Array} bytes */
function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

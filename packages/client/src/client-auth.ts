import type { ClientAuth } from "./wire-format.ts";

/** A public client, which sends only its `client_id`: `none` (RFC 6749 §3.2.1). */
export const none: ClientAuth = ({ body, clientId }) => body.set("client_id", clientId);

/** Sends the secret in the `Authorization` header: `client_secret_basic` (RFC 6749 §2.3.1). */
export function clientSecretBasic(secret: string): ClientAuth {
  return ({ headers, clientId }) =>
    headers.set("authorization", `Basic ${btoa(`${formEncode(clientId)}:${formEncode(secret)}`)}`);
}

/** Sends the secret in the body: `client_secret_post` (RFC 6749 §2.3.1). */
export function clientSecretPost(secret: string): ClientAuth {
  return ({ body, clientId }) => {
    body.set("client_id", clientId);
    body.set("client_secret", secret);
  };
}

function formEncode(text: string): string {
  return new URLSearchParams([["", text]]).toString().slice(1);
}

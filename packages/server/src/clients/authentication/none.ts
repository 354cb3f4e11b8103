import { hasKeys } from "../client-keys.ts";
import { ACCEPTED } from "./method.ts";
import type { AuthenticationMethod } from "./method.ts";
import { assertionVerdict } from "./private-key-jwt.ts";

/** `none`: a public client has no credentials (RFC 6749 §2.1), and names itself. */
export const none: AuthenticationMethod = {
  judge(client, { credentials }) {
    // A client of a metadata document names several methods, and may use the strongest of them.
    if (credentials.method === "private_key_jwt")
      return hasKeys(client) ? assertionVerdict(client, credentials.assertion) : "auth_method_mismatch";
    const isNeedless = credentials.method !== "none" && credentials.ignoredOfPublicClient !== true;
    return isNeedless ? "public_client_secret" : ACCEPTED;
  },
};

import { ACCEPTED } from "./method.ts";
import type { AuthenticationMethod } from "./method.ts";

/** `none`: a public client has no credentials (RFC 6749 §2.1), and names itself. */
export const none: AuthenticationMethod = {
  judge(_client, { credentials }) {
    const isNeedless = credentials.method !== "none" && credentials.ignoredOfPublicClient !== true;
    return isNeedless ? "public_client_secret" : ACCEPTED;
  },
};

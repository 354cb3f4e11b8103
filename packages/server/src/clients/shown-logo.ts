import type { ClientSettings } from "../client-settings/settings.ts";

/**
 * The logo that users see beside a client's name; null: none. Not that of a client that registered itself, which could
 * show another's (RFC 7591 §5), and would learn from users' browsers who sees its name.
 */
export function shownLogo({
  selfRegistered,
  logoUri,
}: Pick<ClientSettings, "selfRegistered" | "logoUri">): string | null {
  return selfRegistered ? null : logoUri;
}

import type { Cause } from "../../errors/causes.ts";
import type { OAuthError } from "../../errors/oauth-error.ts";
import type { Brand, Page } from "../../pages/page.ts";
import type { MessageKey } from "../../pages/messages/en.ts";

export interface PageResponseOptions {
  status?: number;
  cookies?: readonly string[];
  /** `Retry-After`, s. */
  retryAfter?: number | undefined;
  /** Of a form that goes to another site, which may want to know the origin that it came from. */
  referrerPolicy?: "same-origin" | "strict-origin";
}

/**
 * A page as it may be shown: in nobody's frame, with no script but its own, and kept nowhere.
 * `same-origin`, not `no-referrer`, since with that a browser would hide the origin of our own forms from us.
 */
export async function pageResponse(
  brand: Brand,
  { document, images, formAction, scriptHash }: Page,
  { status = 200, cookies = [], retryAfter, referrerPolicy = "same-origin" }: PageResponseOptions = {},
): Promise<Response> {
  const headers = new Headers({
    "Content-Type": "text/html; charset=UTF-8",
    "Content-Security-Policy": [
      "default-src 'none'",
      `style-src '${brand.styleHash}'`,
      ...(scriptHash === null ? [] : [`script-src '${scriptHash}'`]),
      ...(images.length === 0 ? [] : [`img-src ${images.join(" ")}`]),
      `form-action ${formAction}`,
      "frame-ancestors 'none'",
      "base-uri 'none'",
    ].join("; "),
    "X-Frame-Options": "DENY",
    "Referrer-Policy": referrerPolicy,
    ...UNCACHED,
  });
  for (const cookie of cookies) headers.append("Set-Cookie", cookie);
  if (retryAfter !== undefined) headers.set("Retry-After", String(retryAfter));
  return new Response(String(await document), { status, headers });
}

/** 303, so that what was posted is not posted again (RFC 9700 §4.12). */
export function redirectResponse(to: string, cookies: readonly string[] = []): Response {
  const headers = new Headers({ Location: to, "Referrer-Policy": "same-origin", ...UNCACHED });
  for (const cookie of cookies) headers.append("Set-Cookie", cookie);
  return new Response(null, { status: 303, headers });
}

const UNCACHED = {
  "Cache-Control": "no-store",
  Pragma: "no-cache",
  "X-Content-Type-Options": "nosniff",
};

/** By the cause; the others by their status. */
const TEXTS: Partial<Record<Cause, MessageKey>> = {
  authorization_unknown_client: "error.client",
  authorization_client_disabled: "error.client",
  redirect_uri_not_registered: "error.redirect",
  request_uri_unknown: "error.expired",
  request_uri_used: "error.expired",
  login_challenge_unknown: "error.expired",
  login_browser_mismatch: "error.browser",
  cross_site_form: "error.foreign",
};

/** What a person is told of an error. */
export function errorText({ causeName, status }: OAuthError): MessageKey {
  const byStatus = status === 503 ? "error.busy" : status >= 500 ? "error.server" : "error.request";
  return TEXTS[causeName] ?? byStatus;
}

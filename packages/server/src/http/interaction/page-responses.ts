import type { Cause } from "../../errors/causes.ts";
import type { OAuthError } from "../../errors/oauth-error.ts";
import { errorPage } from "../../pages/error.ts";
import type { Language } from "../../pages/language.ts";
import type { MessageKey } from "../../pages/messages/en.ts";
import type { Brand, Page } from "../../pages/page.ts";
import type { Interaction, PageContext } from "./context.ts";

/** Deviations from the default page response. */
interface PageResponseOptions {
  /** HTTP status; by default 200. */
  status?: number;
  /** `Set-Cookie` headers. */
  cookies?: readonly string[];
  /** `Retry-After`, s. */
  retryAfter?: number | undefined;
  /** `Allow` of a 405. */
  allow?: string | undefined;
  /** `Vary`: the request headers that choose the language or the format. */
  vary?: string;
  /** `strict-origin` for a form that goes to another site, which may check the origin. */
  referrerPolicy?: "same-origin" | "strict-origin";
}

/** Pages contain CSRF tokens and redirects codes, so neither may be cached. */
const UNCACHED = {
  "Cache-Control": "no-store",
  Pragma: "no-cache",
  "X-Content-Type-Options": "nosniff",
};

/**
 * Sends a page as HTML. RFC 6749 §10.13: no other site can frame it. It runs no script but its own and is not cached.
 * The referrer policy is not `no-referrer`, since browsers would then send our own forms without their origin.
 */
export async function pageResponse(
  { document, images, formAction, styleHash, scriptHash, connects }: Page,
  options: PageResponseOptions = {},
): Promise<Response> {
  const { status = 200, cookies = [], retryAfter, allow, vary, referrerPolicy = "same-origin" } = options;
  const headers = new Headers({
    "Content-Type": "text/html; charset=UTF-8",
    "Content-Security-Policy": [
      "default-src 'none'",
      `style-src '${styleHash}'`,
      ...(scriptHash === null ? [] : [`script-src '${scriptHash}'`]),
      ...(connects ? ["connect-src 'self'"] : []),
      // `data:` is for the icon, which is part of the page.
      `img-src ${["data:", ...images].join(" ")}`,
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
  if (allow !== undefined) headers.set("Allow", allow);
  if (vary !== undefined) headers.set("Vary", vary);
  return new Response(String(await document), { status, headers });
}

/** Shows a page to this browser. A new browser gets the cookie that its forms are bound to. */
export function showPage(
  context: PageContext,
  interaction: Interaction,
  page: Page,
  options: PageResponseOptions = {},
): Promise<Response> {
  const cookies = [...newBrowserCookie(context, interaction), ...(options.cookies ?? [])];
  return pageResponse(page, { ...options, cookies });
}

/** The `Set-Cookie` header that a new browser needs, as a list; empty for a known one. */
export function newBrowserCookie(
  { cookies }: PageContext,
  { browser, isNewBrowser }: Interaction,
): readonly string[] {
  return isNewBrowser ? [cookies.set("form", browser)] : [];
}

/** Makes a redirect. RFC 9700 §4.12: 303, so that the browser does not post the form again. */
export function redirectResponse(to: string, cookies: readonly string[] = []): Response {
  const headers = new Headers({ Location: to, "Referrer-Policy": "same-origin", ...UNCACHED });
  for (const cookie of cookies) headers.append("Set-Cookie", cookie);
  return new Response(null, { status: 303, headers });
}

/** Shows an error as a page: a message for the user and, below 500, the public text for the client's developer. */
export function errorPageResponse(brand: Brand, language: Language, error: OAuthError): Promise<Response> {
  const { status, retryAfter, allow, code, description } = error;
  const details = status < 500 ? `${code}: ${description}` : null;
  const page = errorPage(brand, language, { message: messageOf(error), details });
  return pageResponse(page, { status, retryAfter, allow });
}

/** Messages of causes. Other errors have the message of their status. */
const MESSAGES: Partial<Record<Cause, MessageKey>> = {
  authorization_unknown_client: "error.client",
  authorization_client_disabled: "error.client",
  redirect_uri_not_registered: "error.redirect",
  request_uri_unknown: "error.expired",
  request_uri_used: "error.expired",
  login_challenge_unknown: "error.expired",
  login_browser_mismatch: "error.browser",
  cross_site_form: "error.foreign",
  head_too_large: "error.tooLarge",
};

/** The message of a cause, else of the status: 503 busy, other 5xx our fault, else the client's. */
function messageOf({ causeName, status }: OAuthError): MessageKey {
  const byStatus = status === 503 ? "error.busy" : status >= 500 ? "error.server" : "error.request";
  return MESSAGES[causeName] ?? byStatus;
}

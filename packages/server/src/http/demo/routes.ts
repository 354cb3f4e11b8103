import type { Deps } from "../../deps.ts";
import { PATHS } from "../../endpoints/metadata.ts";
import { demoPage } from "../../pages/demo/page.ts";
import type { PlaceOfCredentials } from "../../pages/demo/credentials.ts";
import { demoScript } from "../../pages/demo/script.ts";
import type { Brand } from "../../pages/page.ts";
import { errorPageResponse, pageResponse } from "../interaction/page-responses.ts";
import type { Labels, Route } from "../serve.ts";

/** Paths of the demo below the issuer: its page, and the same page as the redirect URI of its client. */
export const DEMO_PATHS = { page: "/demo", callback: "/demo/callback" } as const;

/** Scopes that the demo's clients may have. */
export const DEMO_SCOPES = ["read", "write"];

/** What `serve --demo` has prepared. */
export interface Demo {
  /** The public client that the page is. */
  clientId: string;
  credentials: PlaceOfCredentials;
}

/** The routes of the demo: one page, which is an OAuth client in the browser. It is in English. */
export function demoRoutes(
  { issuer, explanations }: Pick<Deps, "issuer" | "explanations">,
  brand: Brand,
  { clientId, credentials }: Demo,
): Route<Labels>[] {
  const language = brand.languages.choose("en", null);
  const page = demoPage(brand, language, {
    settings: {
      issuer,
      clientId,
      scope: DEMO_SCOPES.join(" "),
      redirectUri: issuer + DEMO_PATHS.callback,
      authorizationEndpoint: issuer + PATHS.authorize,
      tokenEndpoint: issuer + PATHS.token,
      revocationEndpoint: issuer + PATHS.revoke,
      explanationEndpoint: explanations ? issuer + PATHS.explain : "",
    },
    credentials,
    links: [
      { path: issuer + PATHS.home, title: language.t("home.title"), isCurrent: false },
      { path: issuer + PATHS.applications, title: language.t("apps.title"), isCurrent: false },
    ],
    script: demoScript(),
  });
  return Object.values(DEMO_PATHS).map((path) => ({
    name: "demo",
    method: "GET",
    path,
    cors: false,
    read: () => ({}),
    run: async () => ["shown", await pageResponse(page)],
    errorResponse: (error) => errorPageResponse(brand, language, error),
  }));
}

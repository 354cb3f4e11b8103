import { CONSOLE_PATH } from "../../admin/console-link.ts";
import type { Deps } from "../../deps.ts";
import { PATHS } from "../../endpoints/metadata.ts";
import { homePage } from "../../pages/home.ts";
import type { HomeView } from "../../pages/home.ts";
import type { Language } from "../../pages/language.ts";
import type { Brand } from "../../pages/page.ts";
import { DEMO_PATHS } from "../demo/routes.ts";
import type { Demo } from "../demo/routes.ts";
import { cookieDigest } from "../interaction/cookies.ts";
import type { Cookies } from "../interaction/cookies.ts";
import { errorPageResponse, pageResponse } from "../interaction/page-responses.ts";
import { readQuery } from "../request.ts";
import type { Labels, Route } from "../serve.ts";

interface HomeContext {
  deps: Pick<Deps, "issuer" | "store">;
  brand: Brand;
  cookies: Cookies;
  /** The documentation is served. */
  docs: boolean;
  demo: Demo | null;
  /** The console is served here. */
  hasConsole: boolean;
}

interface HomeInput extends Labels {
  language: Language;
  /** The query of the documentation's link, which keeps a chosen language. */
  kept: string;
  /** The cookie of this browser's sign-in. */
  signIn: string | undefined;
}

/**
 * The route of the page at the issuer's URL. Its links have the issuer's host, since a sign-in is of that host alone:
 * on a developer's machine, `localhost` leads here too.
 */
export function homeRoute({ deps, brand, cookies, docs, demo, hasConsole }: HomeContext): Route<HomeInput> {
  const { issuer, store } = deps;
  const languageOf = ({ headers }: Request, chosen?: string) =>
    brand.languages.choose(chosen, headers.get("accept-language"));
  const viewFor = (kept: string): Omit<HomeView, "signedInAs"> => ({
    links: [
      ...(docs ? [{ url: issuer + PATHS.docs + kept, title: "docs.title", text: "docs.lead" } as const] : []),
      { url: issuer + PATHS.applications, title: "apps.title", text: "home.apps" },
      { url: issuer + PATHS.device, title: "device.title", text: "device.enter" },
    ],
    languages: brand.languages.tags.map((tag) => ({ tag, path: `${brand.home}?ui_locales=${tag}` })),
    signInUrl: `${issuer}${PATHS.signIn}?page=applications`,
    signOutUrl: issuer + PATHS.signOut,
    demo: demo && {
      url: issuer + DEMO_PATHS.page,
      credentials: demo.credentials,
      consoleUrl: hasConsole ? issuer + CONSOLE_PATH : null,
    },
  });
  return {
    name: "home",
    method: "GET",
    path: PATHS.home,
    cors: false,
    read({ request }) {
      const chosen = readQuery(request.url).get("ui_locales");
      return {
        language: languageOf(request, chosen),
        kept: chosen === undefined ? "" : `?${new URLSearchParams({ ui_locales: chosen }).toString()}`,
        signIn: cookies.read(request.headers.get("cookie")).signIn,
      };
    },
    async run({ language, kept, signIn }) {
      const found = signIn === undefined ? undefined : await store.signIns.find(cookieDigest(signIn));
      const page = homePage(brand, language, { ...viewFor(kept), signedInAs: found?.name ?? null });
      return ["shown", await pageResponse(page)];
    },
    errorResponse: (error, request, input) =>
      errorPageResponse(brand, input?.language ?? languageOf(request), error),
  };
}

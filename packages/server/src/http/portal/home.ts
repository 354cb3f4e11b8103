import { PATHS } from "../../endpoints/metadata.ts";
import { homePage } from "../../pages/home.ts";
import type { Language } from "../../pages/language.ts";
import type { Brand } from "../../pages/page.ts";
import { errorPageResponse, pageResponse } from "../interaction/page-responses.ts";
import type { Labels, Route } from "../serve.ts";

interface HomeContext {
  brand: Brand;
  /** The issuer's path: "" or `/auth`. */
  basePath: string;
  /** The documentation is served. */
  docs: boolean;
}

interface HomeInput extends Labels {
  language: Language;
}

/** The route of the page at the issuer's URL. It looks at no cookie: what it leads to signs the user in. */
export function homeRoute({ brand, basePath, docs }: HomeContext): Route<HomeInput> {
  const languageOf = ({ headers }: Request) =>
    brand.languages.choose(undefined, headers.get("accept-language"));
  const links = [
    ...(docs ? [{ path: basePath + PATHS.docs, title: "docs.title" } as const] : []),
    { path: basePath + PATHS.applications, title: "apps.title" } as const,
    { path: basePath + PATHS.device, title: "device.title" } as const,
  ];
  return {
    name: "home",
    method: "GET",
    path: PATHS.home,
    cors: false,
    read: ({ request }) => ({ language: languageOf(request) }),
    run: async ({ language }) => ["shown", await pageResponse(homePage(brand, language, links))],
    errorResponse: (error, request, input) =>
      errorPageResponse(brand, input?.language ?? languageOf(request), error),
  };
}

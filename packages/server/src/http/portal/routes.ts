import { PATHS } from "../../endpoints/metadata.ts";
import type { Instance } from "../../openapi/instance.ts";
import type { Brand } from "../../pages/page.ts";
import { portalPage } from "../../pages/portal.ts";
import type { PortalView } from "../../pages/portal.ts";
import type { PortalDocument } from "../../portal/document.ts";
import type { Offer } from "../../portal/offer.ts";
import { offeredPages, portalIndex } from "../../portal/pages.ts";
import { errorPageResponse, pageResponse } from "../interaction/page-responses.ts";
import type { Labels, Route } from "../serve.ts";
import { MARKDOWN_TYPE, markdownPath, markdownWriter, prefersMarkdown } from "../docs/markdown.ts";
import { languageCookie, readReader } from "./reader.ts";
import type { Reader } from "./reader.ts";

/** What the portal is made with. */
export interface PortalContext {
  instance: Instance;
  brand: Brand;
  /** The issuer's path: "" or `/auth`. */
  basePath: string;
  offer: () => Promise<Offer>;
}

interface PortalInput extends Labels {
  reader: Reader;
  /** The response is Markdown. */
  markdown: boolean;
}

/** What a page's response depends on besides its URL; a cookie counts too, but what a cookie chose is not cached. */
const VARY = "Accept, Accept-Language";

/** The routes of the portal: `/docs`, and each page below it. */
export function portalRoutes(context: PortalContext): Route<PortalInput>[] {
  const { instance, brand, offer } = context;
  const write = markdownWriter(instance, offer);
  const route = (
    name: string,
    slug: string | null,
    build: (reader: Reader) => PortalDocument | Promise<PortalDocument>,
  ): Route<PortalInput> => ({
    name,
    method: "GET",
    path: slug === null ? PATHS.docs : `${PATHS.docs}/${slug}`,
    cors: false,
    read: ({ request }) => ({ reader: readReader(brand, request), markdown: prefersMarkdown(request) }),
    run: async ({ reader, markdown }) => {
      if (markdown) return ["shown", markdownResponse(await write(reader, slug))];
      return ["shown", await respond(context, reader, slug, await build(reader))];
    },
    errorResponse(error, request, input) {
      const accepted = request.headers.get("accept-language");
      const language = input?.reader.language ?? brand.languages.choose(undefined, accepted);
      return errorPageResponse(brand, language, error);
    },
  });
  return [
    route("docs", null, ({ language }) => portalIndex(language, instance)),
    ...offeredPages(instance).map(({ slug, name, build }) =>
      route(name, slug, async ({ language, clientId }) => build(await offer(), language, clientId)),
    ),
  ];
}

/** Sends a document as a page. The reader's choices are in its links. */
function respond(
  { instance, brand, basePath }: PortalContext,
  reader: Reader,
  slug: string | null,
  document: PortalDocument,
): Promise<Response> {
  const { language, kept, exampleLanguage, isNewChoice } = reader;
  const root = basePath + PATHS.docs;
  const withChoices = (path: string, changed: Record<string, string> = {}) => {
    const query = new URLSearchParams({ ...Object.fromEntries(kept), ...changed }).toString();
    return `${basePath}${path}${query === "" ? "" : `?${query}`}`;
  };
  const pathOf = (to: string | null, changed: Record<string, string> = {}) =>
    withChoices(to === null ? PATHS.docs : `${PATHS.docs}/${to}`, changed);
  const pages = offeredPages(instance).map((page) => ({ slug: page.slug, ...page.summary(language) }));
  const view: PortalView = {
    pages: [{ slug: null, title: language.t("docs.title") }, ...pages].map((page) => ({
      title: page.title,
      path: pathOf(page.slug),
      isCurrent: page.slug === slug,
    })),
    links: [
      { path: pathOf(null), title: language.t("docs.title"), isCurrent: true },
      { path: basePath + PATHS.applications, title: language.t("apps.title"), isCurrent: false },
    ],
    languages: brand.languages.tags.map((tag) => ({ tag, path: pathOf(slug, { ui_locales: tag }) })),
    pathOf,
    exampleLanguage,
    pathOfLanguage: (chosen, section) => `${pathOf(slug, { language: chosen })}#${section}`,
    markdownPath: withChoices(markdownPath(slug)),
  };
  const isSecure = instance.issuer.startsWith("https:");
  return pageResponse(portalPage(brand, language, document, view), {
    cookies: isNewChoice ? [languageCookie(exampleLanguage, root, isSecure)] : [],
    vary: VARY,
  });
}

/** Markdown at the URL of a page. Not all caches heed `Vary`, so it may not be kept, as the page may not. */
function markdownResponse(text: string): Response {
  return new Response(text, {
    headers: {
      "Content-Type": MARKDOWN_TYPE,
      "Cache-Control": "no-store",
      Vary: VARY,
      "X-Content-Type-Options": "nosniff",
    },
  });
}

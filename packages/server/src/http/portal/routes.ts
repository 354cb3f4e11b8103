import type { ClientDefaults } from "../../client-settings/settings.ts";
import type { Deps } from "../../deps.ts";
import { PATHS } from "../../endpoints/metadata.ts";
import type { Brand } from "../../pages/page.ts";
import { portalPage } from "../../pages/portal.ts";
import type { PortalView } from "../../pages/portal.ts";
import type { PortalDocument } from "../../portal/document.ts";
import type { Offer } from "../../portal/offer.ts";
import { portalIndex, PORTAL_PAGES } from "../../portal/pages.ts";
import { errorPageResponse, pageResponse } from "../interaction/page-responses.ts";
import type { WireFormat } from "../oauth/wire-format.ts";
import type { Labels, Route } from "../serve.ts";
import { makeOffer } from "./offer.ts";
import { languageCookie, readReader } from "./reader.ts";
import type { Reader } from "./reader.ts";

/** What the portal is made with. */
export interface PortalContext {
  deps: Deps;
  brand: Brand;
  /** The issuer's path: "" or `/auth`. */
  basePath: string;
  /** Of new clients, s. */
  lifetimes: ClientDefaults;
  /** Of the token endpoint. */
  format: WireFormat;
}

interface PortalInput extends Labels {
  reader: Reader;
}

/** The routes of the portal: `/docs`, and each page below it. */
export function portalRoutes(context: PortalContext): Route<PortalInput>[] {
  const { deps, brand, lifetimes, format } = context;
  let making: Promise<Offer> | undefined;
  const offer = () => (making ??= makeOffer(deps, lifetimes, format));
  const route = (
    name: string,
    slug: string | null,
    build: (reader: Reader) => PortalDocument | Promise<PortalDocument>,
  ): Route<PortalInput> => ({
    name,
    method: "GET",
    path: slug === null ? PATHS.docs : `${PATHS.docs}/${slug}`,
    cors: false,
    read: ({ request }) => ({ reader: readReader(brand, request) }),
    run: async ({ reader }) => ["shown", await respond(context, reader, slug, await build(reader))],
    errorResponse(error, request, input) {
      const accepted = request.headers.get("accept-language");
      const language = input?.reader.language ?? brand.languages.choose(undefined, accepted);
      return errorPageResponse(brand, language, error);
    },
  });
  return [
    route("docs", null, ({ language }) => portalIndex(language, brand.name)),
    ...PORTAL_PAGES.map(({ slug, build }) =>
      route(`docs_${slug.replaceAll("-", "_")}`, slug, async ({ language, clientId }) =>
        build(await offer(), language, clientId),
      ),
    ),
  ];
}

/** Sends a document as a page. The reader's choices are in its links. */
function respond(
  { deps, brand, basePath }: PortalContext,
  reader: Reader,
  slug: string | null,
  document: PortalDocument,
): Promise<Response> {
  const { language, kept, exampleLanguage, isNewChoice } = reader;
  const root = basePath + PATHS.docs;
  const pathOf = (to: string | null, changed: Record<string, string> = {}) => {
    const query = new URLSearchParams({ ...Object.fromEntries(kept), ...changed }).toString();
    return `${root}${to === null ? "" : `/${to}`}${query === "" ? "" : `?${query}`}`;
  };
  const linked = [{ slug: null, title: "docs.title" } as const, ...PORTAL_PAGES];
  const view: PortalView = {
    pages: linked.map((page) => ({
      title: language.t(page.title),
      path: pathOf(page.slug),
      isCurrent: page.slug === slug,
    })),
    pathOf,
    exampleLanguage,
    pathOfLanguage: (chosen) => `${pathOf(slug, { language: chosen })}#example`,
  };
  const isSecure = deps.issuer.startsWith("https:");
  return pageResponse(brand, portalPage(brand, language, document, view), {
    cookies: isNewChoice ? [languageCookie(exampleLanguage, root, isSecure)] : [],
  });
}

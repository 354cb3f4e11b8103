import type { Deps } from "../../deps.ts";
import { PATHS } from "../../endpoints/metadata.ts";
import type { Instance } from "../../openapi/instance.ts";
import type { Brand } from "../../pages/page.ts";
import { portalPage } from "../../pages/portal.ts";
import type { PortalView } from "../../pages/portal.ts";
import type { PortalDocument } from "../../portal/document.ts";
import type { Offer } from "../../portal/offer.ts";
import { DIAGNOSE } from "../../portal/page-links.ts";
import { offeredPages, portalIndex } from "../../portal/pages.ts";
import { MARKDOWN_TYPE, markdownPath, markdownWriter, prefersMarkdown } from "../docs/markdown.ts";
import { languageCookie, readReader } from "../docs/reader.ts";
import type { Reader } from "../docs/reader.ts";
import { errorPageResponse, pageResponse } from "../interaction/page-responses.ts";
import type { IncomingRequest } from "../request.ts";
import type { Labels, Result, Route } from "../serve.ts";
import { answerQuestion, readQuestion } from "./diagnose.ts";
import type { Answer } from "./diagnose.ts";

/** What the portal is made with. */
export interface PortalContext {
  deps: Deps;
  instance: Instance;
  brand: Brand;
  /** The issuer's path: "" or `/auth`. */
  basePath: string;
  offer: () => Promise<Offer>;
}

interface PortalInput extends Labels {
  reader: Reader;
  answer: () => Promise<Result>;
}

type Awaitable<T> = T | Promise<T>;

/** What a route reads of a request beside the reader. */
type Read = (reader: Reader, incoming: IncomingRequest) => Awaitable<Omit<PortalInput, "reader">>;

/** What a page's response depends on besides its URL; a cookie counts too, but what a cookie chose is not cached. */
const VARY = "Accept, Accept-Language";

/** The routes of the portal: `/docs`, each page below it, and the form of one. */
export function portalRoutes(context: PortalContext): Route<PortalInput>[] {
  const { deps, instance, offer } = context;
  const write = markdownWriter(instance, offer);
  const page = (
    name: string,
    slug: string | null,
    build: (reader: Reader) => Awaitable<PortalDocument>,
  ): Route<PortalInput> =>
    routeOf(context, "GET", { name, slug }, (reader, { request }) => ({
      async answer() {
        if (prefersMarkdown(request.headers.get("accept")))
          return ["shown", markdownResponse(await write(reader, slug))];
        return ["shown", await respond(context, reader, slug, await build(reader))];
      },
    }));
  const form = routeOf(
    context,
    "POST",
    { name: "docs_diagnose", slug: DIAGNOSE.slug },
    async (reader, incoming) => {
      const question = await readQuestion(deps, incoming);
      return {
        clientId: question.credentials.clientId,
        async answer() {
          const { outcome, document, ...sent } = await answerQuestion(deps, question, reader, await offer());
          return [outcome, await respond(context, reader, DIAGNOSE.slug, document, sent)];
        },
      };
    },
  );
  return [
    page("docs", null, ({ language }) => portalIndex(language, instance)),
    ...offeredPages(instance).map(({ slug, name, build }) =>
      page(name, slug, async ({ language, clientId }) => build(await offer(), language, clientId)),
    ),
    ...(instance.pages.includes(DIAGNOSE.slug) ? [form] : []),
  ];
}

/** @param page `slug` null: the index */
function routeOf(
  { brand }: PortalContext,
  method: "GET" | "POST",
  { name, slug }: { name: string; slug: string | null },
  read: Read,
): Route<PortalInput> {
  return {
    name,
    method,
    path: slug === null ? PATHS.docs : `${PATHS.docs}/${slug}`,
    cors: false,
    async read(incoming) {
      const reader = readReader(brand, incoming.request);
      return { reader, ...(await read(reader, incoming)) };
    },
    run: ({ answer }) => answer(),
    errorResponse(error, request, input) {
      const accepted = request.headers.get("accept-language");
      const language = input?.reader.language ?? brand.languages.choose(undefined, accepted);
      return errorPageResponse(brand, language, error);
    },
  };
}

/** Sends a document as a page. The reader's choices are in its links. */
function respond(
  { instance, brand, basePath }: PortalContext,
  reader: Reader,
  slug: string | null,
  document: PortalDocument,
  sent: Pick<Answer, "status" | "retryAfter"> = {},
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
    ...sent,
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

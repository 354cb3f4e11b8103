import { hash } from "node:crypto";
import { PATHS } from "../../endpoints/metadata.ts";
import { openApiDocument } from "../../openapi/document.ts";
import type { Instance } from "../../openapi/instance.ts";
import type { Brand } from "../../pages/page.ts";
import type { Offer } from "../../portal/offer.ts";
import { offeredPages } from "../../portal/pages.ts";
import { errorResponse, taggedResponse } from "../responses.ts";
import type { Labels, Route } from "../serve.ts";
import { llmsText } from "./llms.ts";
import { MARKDOWN_TYPE, markdownPath, markdownWriter } from "./markdown.ts";
import { readReader } from "./reader.ts";

/** What the documents are made from. */
export interface DocsContext {
  instance: Instance;
  brand: Brand;
  offer: () => Promise<Offer>;
  /** For how many s a document may be cached. */
  maxAge: number;
}

interface DocsInput extends Labels {
  request: Request;
}

/** The routes of the documentation. Its documents are public, and readable by scripts of any origin, as the metadata are. */
export function docsRoutes(context: DocsContext): Route<DocsInput>[] {
  const { instance, brand, offer } = context;
  const english = brand.languages.choose("en", null);
  const write = markdownWriter(instance, offer);
  const markdown = (name: string, slug: string | null) =>
    route(context, name, markdownPath(slug), {
      contentType: MARKDOWN_TYPE,
      vary: "Accept-Language",
      make: (request) => write(readReader(brand, request), slug),
    });
  return [
    markdown("docs_markdown", null),
    ...offeredPages(instance).map(({ slug }) => markdown("docs_page_markdown", slug)),
    route(context, "openapi", PATHS.openapi, {
      contentType: "application/json; charset=UTF-8",
      make: madeOnce(async () => JSON.stringify(await openApiDocument(instance))),
    }),
    route(context, "llms", PATHS.llms, {
      contentType: "text/plain; charset=UTF-8",
      make: madeOnce(() => Promise.resolve(llmsText(instance, english))),
    }),
  ];
}

/** A public document. */
interface Served {
  contentType: string;
  /** The request header that it depends on besides its URL. */
  vary?: string;
  make: (request: Request) => Promise<string>;
}

function route(
  { maxAge }: DocsContext,
  name: string,
  path: string,
  { contentType, vary, make }: Served,
): Route<DocsInput> {
  return {
    name,
    method: "GET",
    path,
    cors: true,
    read: ({ request }) => ({ request }),
    async run({ request }) {
      const body = await make(request);
      const tag = `"${hash("sha256", body, "base64url").slice(0, 22)}"`;
      return ["served", taggedResponse(request, { body, contentType, tag, vary }, maxAge)];
    },
    errorResponse: (error) => errorResponse(error, { cors: true }),
  };
}

/** What the configuration alone decides is made at the first request, and kept. */
function madeOnce(make: () => Promise<string>): () => Promise<string> {
  let made: Promise<string> | undefined;
  return () => (made ??= make());
}

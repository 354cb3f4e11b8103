import { PATHS } from "../../endpoints/metadata.ts";
import type { Instance } from "../../openapi/instance.ts";
import { byWeight } from "../../pages/language.ts";
import type { PortalDocument } from "../../portal/document.ts";
import { documentMarkdown } from "../../portal/markdown.ts";
import type { Offer } from "../../portal/offer.ts";
import { offeredPages, portalIndex } from "../../portal/pages.ts";
import type { Reader } from "./reader.ts";

/** RFC 7763 */
export const MARKDOWN_TYPE = "text/markdown; charset=UTF-8";

/** The path of a page of the portal in Markdown; null: of all pages in one document. */
export function markdownPath(slug: string | null): string {
  return slug === null ? PATHS.markdown : `${PATHS.docs}/${slug}.md`;
}

/** Writes a page of the portal in Markdown for a reader; null: the index and all pages, one below the other. */
export type MarkdownWriter = (reader: Reader, slug: string | null) => Promise<string>;

/** Makes the writer of this instance. */
export function markdownWriter(instance: Instance, offer: () => Promise<Offer>): MarkdownWriter {
  const pages = offeredPages(instance);
  return async ({ language, clientId, kept }, slug) => {
    const write = (path: string, document: PortalDocument) =>
      documentMarkdown(document, {
        url: instance.issuer + path,
        urlOf: (to) => instance.issuer + markdownPath(to),
        exampleLanguage: kept.get("language"),
      });
    const made = await offer();
    const written = pages
      .filter((page) => slug === null || page.slug === slug)
      .map((page) => write(`${PATHS.docs}/${page.slug}`, page.build(made, language, clientId)));
    return [...(slug === null ? [write(PATHS.docs, portalIndex(language, instance))] : []), ...written].join(
      "\n",
    );
  };
}

/** How much of an `Accept` header is read, characters. */
const MAX_ACCEPT = 1000;

/**
 * Whether an `Accept` header prefers Markdown to HTML (RFC 9110 §12.5.1). Browsers do not name it; programs that read for a
 * language model do.
 */
export function prefersMarkdown(accept: string | null): boolean {
  const ranges = byWeight((accept ?? "").slice(0, MAX_ACCEPT).toLowerCase());
  return ranges.find((range) => range === "text/markdown" || range === "text/html") === "text/markdown";
}

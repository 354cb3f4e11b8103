import { PATHS } from "../endpoints/metadata.ts";
import { EXAMPLES } from "../portal/examples/table.ts";
import type { Endpoint, Success } from "./endpoint.ts";
import type { Instance } from "./instance.ts";
import type { Fields, Schema } from "./schema.ts";
import { objectOf, TEXT } from "./schema.ts";

/** What a reader of the documentation chooses. */
const READER: Fields = {
  language: {
    description: `The only language of the examples: ${EXAMPLES.map(({ language }) => `\`${language}\``).join(", ")}. By default all.`,
  },
  client_id: { description: "Filled into the examples; it is not looked up." },
  ui_locales: {
    description:
      "The languages of the text, separated by spaces, in the order of preference; then those of `Accept-Language` count.",
  },
};

const READER_REFUSALS = ["parameter_repeated", "too_many_parameters", "secret_in_url"] as const;
const REFUSALS = ["url_too_long", "unexpected"] as const;

/** A document that a copy with its `ETag` need not be sent again for. */
function tagged(description: string, mediaType: string, schema: Schema = TEXT): Endpoint["responses"] {
  return {
    200: {
      description,
      headers: { ETag: { description: "Of this version, for `If-None-Match`." } },
      content: { mediaType, schema },
    },
    304: { description: "The copy with the `ETag` of `If-None-Match` is current." },
  };
}

const NO_SUCH_PAGE: Success = {
  description: "There is no such page.",
  content: {
    mediaType: "application/json",
    schema: objectOf({ error: { description: "`not_found`", required: true } }),
    examples: { unknown: { summary: "An unknown name", value: { error: "not_found" } } },
  },
};

/** The documentation of the instance. Its pages for people are left out but for the first. */
export function documentation({ pages }: Instance): Endpoint[] {
  const document = { method: "get", tag: "Documents" } as const;
  const markdown = {
    ...document,
    responses: tagged("Markdown.", "text/markdown"),
    refusals: [...READER_REFUSALS, ...REFUSALS],
  };
  const names = { enum: pages };
  return [
    {
      ...document,
      operationId: "docs",
      path: PATHS.docs,
      summary: "Documentation",
      description: "Where people begin to read: the index of the portal.",
      responses: { 200: { description: "The page.", content: { mediaType: "text/html", schema: TEXT } } },
      refusals: REFUSALS,
      refusesByPage: true,
    },
    {
      ...markdown,
      operationId: "docsMarkdown",
      path: PATHS.markdown,
      summary: "Documentation in Markdown",
      description: "All pages of the documentation in one document.",
      parameters: READER,
    },
    {
      ...markdown,
      operationId: "docsPageMarkdown",
      path: `${PATHS.docs}/{page}.md`,
      summary: "A page in Markdown",
      description:
        "One page of the documentation. Its URL without `.md` responds with the same if `Accept` prefers `text/markdown` " +
        "to `text/html`.",
      responses: { ...markdown.responses, 404: NO_SUCH_PAGE },
      parameters: {
        page: { description: "The name of the page.", schema: names, required: true },
        ...READER,
      },
    },
    {
      ...document,
      operationId: "openapi",
      path: PATHS.openapi,
      summary: "This document",
      description: "The endpoints of this service, in OpenAPI 3.1.",
      responses: tagged("This document.", "application/json", { type: "object" }),
      refusals: REFUSALS,
    },
    {
      ...document,
      operationId: "llms",
      path: PATHS.llms,
      summary: "For language models",
      description: "Where to find what, in Markdown (llmstxt.org).",
      responses: tagged("The list.", "text/plain"),
      refusals: REFUSALS,
    },
  ];
}

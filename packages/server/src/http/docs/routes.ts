import { hash } from "node:crypto";
import { PATHS } from "../../endpoints/metadata.ts";
import { openApiDocument } from "../../openapi/document.ts";
import type { Instance } from "../../openapi/instance.ts";
import type { Brand } from "../../pages/page.ts";
import { errorResponse, taggedResponse } from "../responses.ts";
import type { Labels, Result, Route } from "../serve.ts";
import { llmsText } from "./llms.ts";

/** What the documents are made from. */
export interface DocsContext {
  instance: Instance;
  brand: Brand;
  /** For how many s a document may be cached. */
  maxAge: number;
}

interface DocsInput extends Labels {
  request: Request;
}

/** A document with the tag of its version. */
interface Tagged {
  body: string;
  contentType: string;
  tag: string;
}

/** The routes of the documentation. Its documents are public, and readable by scripts of any origin, as the metadata are. */
export function docsRoutes({ instance, brand, maxAge }: DocsContext): Route<DocsInput>[] {
  const get = (
    name: string,
    path: string,
    cors: boolean,
    run: (request: Request) => Result | Promise<Result>,
  ): Route<DocsInput> => ({
    name,
    method: "GET",
    path,
    cors,
    read: ({ request }) => ({ request }),
    run: ({ request }) => run(request),
    errorResponse: (error) => errorResponse(error, { cors }),
  });
  const served = (make: () => Promise<Tagged>) => {
    let made: Promise<Tagged> | undefined;
    return async (request: Request): Promise<Result> => [
      "served",
      taggedResponse(request, await (made ??= make()), maxAge),
    ];
  };
  return [
    get(
      "openapi",
      PATHS.openapi,
      true,
      served(async () =>
        tagged("application/json; charset=UTF-8", JSON.stringify(await openApiDocument(instance))),
      ),
    ),
    get(
      "llms",
      PATHS.llms,
      true,
      served(() =>
        Promise.resolve(
          tagged("text/plain; charset=UTF-8", llmsText(instance, brand.languages.choose("en", null))),
        ),
      ),
    ),
  ];
}

function tagged(contentType: string, body: string): Tagged {
  return { body, contentType, tag: `"${hash("sha256", body, "base64url").slice(0, 22)}"` };
}

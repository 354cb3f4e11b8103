import { join } from "node:path";
import { renderApi } from "./api-reference/render.ts";

const PACKAGES = join(import.meta.dirname, "..", "packages");

/** The reference of `@regrant/client`, as Markdown. */
export function renderClientApi(): string {
  return renderApi(join(PACKAGES, "client"), "The client's API", CLIENT);
}

/** The reference of `@regrant/verify`, as Markdown. */
export function renderVerifyApi(): string {
  return renderApi(join(PACKAGES, "verify"), "The verifier's API", VERIFY);
}

const CLIENT = `<!-- Made from packages/client/src by \`npm run docs\`. Change it there. -->

[Five minutes with the client](../client/index.md) says how to begin; this page lists all that \`@regrant/client\` exports.`;

const VERIFY = `<!-- Made from packages/verify/src by \`npm run docs\`. Change it there. -->

[Verifying tokens](../verifying-tokens.md) says how to begin; this page lists all that \`@regrant/verify\` exports.`;

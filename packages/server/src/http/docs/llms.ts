import { PATHS } from "../../endpoints/metadata.ts";
import type { Instance } from "../../openapi/instance.ts";
import type { Language } from "../../pages/language.ts";
import { EXAMPLES } from "../../portal/examples/table.ts";
import { linkLine, prose } from "../../portal/markdown.ts";
import { offeredPages } from "../../portal/pages.ts";
import { markdownPath } from "./markdown.ts";

/** `/llms.txt` (llmstxt.org): where a program that writes programs finds what, in Markdown. */
export function llmsText(instance: Instance, language: Language): string {
  const { issuer } = instance;
  const providerName = prose(instance.providerName);
  const link = (path: string, title: string, text: string) => linkLine(issuer + path, title, text);
  const languages = EXAMPLES.map(({ language }) => `\`${language}\``).join(", ");
  return `# ${providerName}: OAuth 2.0

> How programs get tokens for the APIs of ${providerName}, and keep them fresh. The issuer is ${issuer}.

Store the new refresh token of each response before you use the new access token. If no response arrives, send the same
request again.

The guides have examples in several languages. \`?language=\` chooses one: ${languages}.
\`?client_id=\` fills in the id of a client.

## Guides

${offeredPages(instance)
  .map(({ slug, summary }) => {
    const { title, lead } = summary(language);
    return link(markdownPath(slug), title, lead);
  })
  .join("\n")}

## Reference

${link(PATHS.openapi, "OpenAPI 3.1", "every endpoint with its requests, responses and errors")}
${link(PATHS.metadata, "Metadata", "the endpoints and what they support (RFC 8414)")}
${link(PATHS.jwks, "Signing keys", "the keys that verify access tokens (RFC 7517)")}

## Optional

${link(PATHS.markdown, "All guides in one document", "with the examples in every language")}
${link(PATHS.docs, language.t("docs.title"), "the guides as pages for people")}
`;
}

import type { Instance } from "../openapi/instance.ts";
import type { Language } from "../pages/language.ts";
import type { MessageKey } from "../pages/messages/en.ts";
import type { Block } from "./document.ts";

/** How a page of the portal is linked. */
export interface PageName {
  /** Its path below `/docs`, and its name in metric and log with `docs_` before it. */
  slug: string;
  title: MessageKey;
  lead: MessageKey;
}

const named = (slug: string, title: MessageKey, lead: MessageKey): PageName => ({ slug, title, lead });

/** The pages that others link to. */
export const GETTING = named("getting-tokens", "docs.get.title", "docs.get.lead");
export const REFRESHING = named("refreshing-tokens", "docs.refresh.title", "docs.refresh.lead");
export const REVOKING = named("revoking-tokens", "docs.revoke.title", "docs.revoke.lead");
export const INTROSPECTION = named("introspection", "docs.introspect.title", "docs.introspect.lead");
export const ERRORS = named("errors", "docs.errors", "docs.errors.lead");
export const RETRY_RULE = named("retry-rule", "docs.rule", "docs.rule.lead");
export const LIFETIMES = named("lifetimes", "docs.lifetimes", "docs.lifetimes.lead");
export const VERIFYING = named("verifying-tokens", "docs.verify.title", "docs.verify.lead");
export const DIAGNOSE = named("diagnose", "docs.diagnose.title", "docs.diagnose.lead");

/** Links to those of the pages that this instance has, each with what it is for. */
export function linksTo(
  { t }: Language,
  { pages: offered }: Pick<Instance, "pages">,
  ...pages: readonly PageName[]
): Block {
  const linked = pages.filter(({ slug }) => offered.includes(slug));
  return {
    kind: "links",
    links: linked.map(({ slug, title, lead }) => ({ slug, title: t(title), text: t(lead) })),
  };
}

import type { Instance } from "../openapi/instance.ts";
import type { Language } from "../pages/language.ts";
import type { MessageKey } from "../pages/messages/en.ts";
import type { PortalDocument } from "./document.ts";
import { gettingTokens } from "./getting-tokens.ts";
import type { Offer } from "./offer.ts";
import { refreshingTokens } from "./refreshing-tokens.ts";

/** A page of the portal. Index, navigation and routes derive from the table. */
export interface PortalPage {
  /** Its path below `/docs`, and its name in metric and log with `docs_` before it. */
  slug: string;
  title: MessageKey;
  lead: MessageKey;
  /** Absent: each instance offers it. */
  isOffered?: (instance: Instance) => boolean;
  /** @param clientId the reader's client id, to be filled in */
  build: (offer: Offer, language: Language, clientId: string | undefined) => PortalDocument;
}

/** The pages in the order of the navigation. */
export const PORTAL_PAGES: readonly PortalPage[] = [
  { slug: "getting-tokens", title: "docs.get.title", lead: "docs.get.lead", build: gettingTokens },
  {
    slug: "refreshing-tokens",
    title: "docs.refresh.title",
    lead: "docs.refresh.lead",
    build: refreshingTokens,
  },
];

/** The pages of what this instance offers. */
export function offeredPages(instance: Instance): PortalPage[] {
  return PORTAL_PAGES.filter(({ isOffered }) => isOffered?.(instance) ?? true);
}

/** The index: what the portal has. */
export function portalIndex({ t }: Language, instance: Instance): PortalDocument {
  const links = offeredPages(instance).map(({ slug, title, lead }) => ({
    slug,
    title: t(title),
    text: t(lead),
  }));
  return {
    title: t("docs.title"),
    lead: t("docs.lead", { provider: instance.providerName }),
    blocks: [{ kind: "links", links }],
    sections: [],
  };
}

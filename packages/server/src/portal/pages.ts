import type { Instance } from "../openapi/instance.ts";
import type { Language } from "../pages/language.ts";
import { diagnose } from "./diagnose.ts";
import type { PortalDocument } from "./document.ts";
import { errors } from "./errors.ts";
import { gettingTokens } from "./getting-tokens.ts";
import { introspection } from "./introspection.ts";
import { lifetimes } from "./lifetimes.ts";
import type { Offer } from "./offer.ts";
import {
  DIAGNOSE,
  ERRORS,
  GETTING,
  INTROSPECTION,
  LIFETIMES,
  REFRESHING,
  RETRY_RULE,
  REVOKING,
  VERIFYING,
} from "./page-links.ts";
import type { PageName } from "./page-links.ts";
import { refreshingTokens } from "./refreshing-tokens.ts";
import { retryRule } from "./retry-rule.ts";
import { revokingTokens } from "./revoking-tokens.ts";
import { verifyingTokens } from "./verifying-tokens.ts";

/** A page of the portal. Index, navigation and routes derive from the table. */
export interface PortalPage extends PageName {
  /** Absent: each instance offers it. */
  isOffered?: (instance: Omit<Instance, "pages">) => boolean;
  /** @param clientId the reader's client id, to be filled in */
  build: (offer: Offer, language: Language, clientId: string | undefined) => PortalDocument;
}

/** The pages in the order of the navigation. */
export const PORTAL_PAGES: readonly PortalPage[] = [
  { ...GETTING, build: gettingTokens },
  { ...REFRESHING, build: refreshingTokens },
  { ...REVOKING, build: revokingTokens },
  { ...INTROSPECTION, build: introspection },
  { ...ERRORS, build: errors },
  { ...RETRY_RULE, build: retryRule },
  { ...LIFETIMES, build: lifetimes },
  { ...VERIFYING, build: verifyingTokens },
  { ...DIAGNOSE, isOffered: ({ explanations }) => explanations, build: diagnose },
];

/** A page that an instance has. */
export interface OfferedPage extends Pick<PortalPage, "slug" | "build"> {
  /** Its name in metric and log. */
  name: string;
  /** What links to it say. */
  summary: (language: Language) => { title: string; lead: string };
}

/** The pages of what this instance offers, and then the provider's own. */
export function offeredPages(instance: Omit<Instance, "pages">): OfferedPage[] {
  const offered = PORTAL_PAGES.filter(({ isOffered }) => isOffered?.(instance) ?? true);
  const pages = offered.map(({ slug, title, lead, build }) => ({
    slug,
    name: `docs_${slug.replaceAll("-", "_")}`,
    summary: ({ t }: Language) => ({ title: t(title), lead: t(lead) }),
    build,
  }));
  const own = instance.ownPages.map(({ slug, documentFor }) => ({
    slug,
    name: "docs_own_page",
    summary: documentFor,
    build: (_offer: Offer, reader: Language) => documentFor(reader),
  }));
  return [...pages, ...own];
}

/** The index: what the portal has. */
export function portalIndex(language: Language, instance: Instance): PortalDocument {
  const { t } = language;
  const links = offeredPages(instance).map(({ slug, summary }) => {
    const { title, lead } = summary(language);
    return { slug, title, text: lead };
  });
  return {
    title: t("docs.title"),
    lead: t("docs.lead", { provider: instance.providerName }),
    blocks: [{ kind: "links", links }],
    sections: [],
  };
}

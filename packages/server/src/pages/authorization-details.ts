import { html } from "hono/html";
import type { AuthorizationDetail } from "../store/grant.ts";
import { bdi } from "./isolate.ts";
import type { Html } from "./isolate.ts";
import type { Language } from "./language.ts";
import type { Brand } from "./page.ts";

/**
 * Lists authorization details as the user is asked for them (RFC 9396 §11.3): each by the provider's label of its type,
 * with all its members, nested as they are. Their sizes are limited where the request is read.
 */
export function detailList(
  brand: Brand,
  language: Language,
  details: readonly AuthorizationDetail[],
): Html | string {
  if (details.length === 0) return "";
  const items = details.map(({ type, ...members }) => {
    const label = brand.describeDetail(type, null, language.tag);
    const heading =
      label === undefined ? html`<code>${bdi(type)}</code>` : html`<strong>${bdi(label)}</strong>`;
    const nameOf = (member: string) => brand.describeDetail(type, member, language.tag);
    return html`<li>${heading}${memberList(members, nameOf)}</li>`;
  });
  return html`<p id="details">${language.t("consent.details")}</p>
    <ul class="rights" aria-labelledby="details">
      ${items}
    </ul>`;
}

function memberList(members: object, nameOf: (member: string) => string | undefined): Html | string {
  const rows = Object.entries(members).map(([member, value]: [string, unknown]) => {
    const name = nameOf(member);
    const term = name === undefined ? html`<code>${bdi(member)}</code>` : bdi(name);
    return html`<dt>${term}</dt>
      <dd>${valueOf(value, nameOf)}</dd>`;
  });
  return rows.length === 0 ? "" : html`<dl class="details">${rows}</dl>`;
}

function valueOf(value: unknown, nameOf: (member: string) => string | undefined): Html | string {
  if (Array.isArray(value)) {
    if (value.length === 0) return html`–`;
    return html`<ul>
      ${value.map((one) => html`<li>${valueOf(one, nameOf)}</li>`)}
    </ul>`;
  }
  if (typeof value === "object" && value !== null) return memberList(value, nameOf) || html`–`;
  return typeof value === "string" ? bdi(value) : html`<code>${JSON.stringify(value)}</code>`;
}

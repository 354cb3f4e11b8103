import { inkOn } from "../config/colors.ts";

/** The colour of the tile of an application without a logo. */
const NEUTRAL = "#5b6270";

/** The image of an application: its logo, else a tile with its first letter. */
export function tileUrl({ name, logoUri }: { name: string; logoUri: string | null }): string {
  return logoUri ?? iconUrl(name, NEUTRAL);
}

/**
 * The pages' icon as a `data:` URL: the first letter of the provider's name on the colour of its buttons. It is part of
 * the page because a browser that finds none asks for `/favicon.ico`, which may belong to another service of the host.
 *
 * @param color `#rrggbb`
 */
export function iconUrl(name: string, color: string): string {
  const [first] = new Intl.Segmenter().segment(name);
  const letter = (first?.segment ?? "")
    .toWellFormed()
    .toUpperCase()
    .replaceAll(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">' +
    `<rect width="32" height="32" rx="7" fill="${color}"/>` +
    `<text x="16" y="23" font-family="sans-serif" font-size="20" font-weight="700" text-anchor="middle" fill="${inkOn(color)}">` +
    `${letter}</text></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

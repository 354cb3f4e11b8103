import { SCRIPT } from "@regrant/console";
import type { Frame, Html } from "@regrant/console";
import type { Admin } from "../../admin/admin.ts";
import { CONSOLE_PATH } from "../../admin/console-link.ts";
import type { Deps } from "../../deps.ts";
import { PATHS } from "../../endpoints/metadata.ts";
import { sourceHash } from "../../pages/page.ts";
import type { Brand, Page } from "../../pages/page.ts";
import { pageResponse } from "../interaction/page-responses.ts";
import { ConsoleCookie } from "./cookie.ts";

/** What the console is made of. */
export interface ConsoleParts {
  deps: Deps;
  admin: Admin;
  brand: Brand;
  /** The issuer's path: "" or `/auth`. */
  basePath: string;
  /** The documentation is served. */
  docs: boolean;
}

/** What every request to the console works with. */
export interface ConsoleContext {
  deps: Deps;
  admin: Admin;
  cookie: ConsoleCookie;
  frame: Frame;
  styleHash: string;
}

export function consoleContext({ deps, admin, brand, basePath, docs }: ConsoleParts): ConsoleContext {
  const base = basePath + CONSOLE_PATH;
  const { text: style, hash: styleHash } = brand.styles.console;
  return {
    deps,
    admin,
    cookie: new ConsoleCookie(deps.issuer, base),
    styleHash,
    frame: {
      provider: brand.name,
      icon: brand.icon,
      style,
      base,
      docs: docs ? deps.issuer + PATHS.docs : null,
    },
  };
}

const SCRIPT_HASH = sourceHash(SCRIPT);

/** Sends a page of the console: it loads nothing, runs its one script, and talks to this service alone. */
export function consoleResponse(
  { styleHash }: Pick<ConsoleContext, "styleHash">,
  document: Html,
  options: Parameters<typeof pageResponse>[1] = {},
): Promise<Response> {
  const page: Page = {
    document,
    images: [],
    formAction: "'self'",
    styleHash,
    scriptHash: SCRIPT_HASH,
    connects: true,
  };
  return pageResponse(page, options);
}

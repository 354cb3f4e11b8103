import { Hono } from "hono";
import type { Deps } from "../deps.ts";
import type { ClientDefaults } from "../client-settings/settings.ts";
import { PATHS } from "../endpoints/metadata.ts";
import type { Brand } from "../pages/page.ts";
import type { OwnPage } from "../portal/document.ts";
import { makeOffer } from "../portal/offer.ts";
import type { Offer } from "../portal/offer.ts";
import type { Admin } from "../admin/admin.ts";
import { addAdminApi } from "./admin/app.ts";
import type { AdminApiDeps } from "./admin/authorized-request.ts";
import type { EventStreams } from "./admin/event-streams.ts";
import type { ClientAddress } from "./client-address.ts";
import type { ReadCertificate } from "./client-certificate.ts";
import type { ConsoleParts } from "./console/context.ts";
import { consoleRoutes } from "./console/routes.ts";
import { instanceOf } from "./docs/instance.ts";
import { demoRoutes } from "./demo/routes.ts";
import type { Demo } from "./demo/routes.ts";
import { docsRoutes } from "./docs/routes.ts";
import { Cookies } from "./interaction/cookies.ts";
import { interactionRoutes } from "./interaction/routes.ts";
import { globalTokenRevocationRoutes } from "./oauth/global-token-revocation.ts";
import { metadataRoutes } from "./oauth/metadata.ts";
import { registrationRoutes } from "./oauth/registration.ts";
import { oauthRoutes } from "./oauth/routes.ts";
import { SIGNAL_PATHS } from "../signals/signal-paths.ts";
import { streamRoutes } from "./oauth/streams.ts";
import { rfcFormat } from "./oauth/wire-format.ts";
import type { PassportFamily } from "./passport/requests.ts";
import { passportFormat } from "./passport/wire-format.ts";
import { homeRoute } from "./portal/home.ts";
import { portalRoutes } from "./portal/routes.ts";
import { errorResponse, notFoundResponse, privateResponse, toOAuthError } from "./responses.ts";
import { addRoutes } from "./serve.ts";
import type { ServeContext } from "./serve.ts";

/** Options of the router, apart from its dependencies. */
interface AppOptions {
  /** Path under which the service is mounted, from the issuer: "" or `/auth`. */
  basePath: string;
  clientAddress: ClientAddress;
  /** null: no client can show a certificate. */
  readCertificate: ReadCertificate | null;
  /** Lifetimes of new clients, s; the metadata advertises the retry window. */
  lifetimes: ClientDefaults;
  /** The Passport family whose wire format the token endpoint has; null: RFC 6749. */
  passportResponses: PassportFamily | null;
  brand: Brand;
  /** Whether the service is about to stop, so that `/readyz` is 503. */
  isStopping: () => boolean;
  /** Browsers keep a sign-in when they are closed. */
  staySignedIn: boolean;
  /** The documentation for the clients' developers is served. */
  docs: boolean;
  /** The provider's own pages of it. */
  ownPages: readonly OwnPage[];
  /** null: this is no demo. */
  demo: Demo | null;
  /** The operations of administration, where this router serves the admin API and the console; null: it does not. */
  admin: Admin | null;
  /** The streams of events that programs have open. */
  streams: EventStreams;
}

/** What administration is made of. */
type AdministrationParts = ConsoleParts & AdminApiDeps;

/**
 * Creates the router with every route of the service. One pipeline (`serve.ts`) runs all of them.
 *
 * Routes other than the token endpoint do not depend on `passportResponses`.
 */
export function createApp(deps: Deps, options: AppOptions): Hono {
  const { basePath, brand, clientAddress, readCertificate, lifetimes } = options;
  const { passportResponses, isStopping, docs, ownPages, demo } = options;
  const cookies = new Cookies(deps.issuer, options.staySignedIn ? deps.signInTtl : null);
  const app = emptyRouter(deps, basePath);
  const context = { deps, basePath, clientAddress, readCertificate };
  const tokenFormat = passportResponses === null ? rfcFormat : passportFormat(passportResponses);
  addRoutes(app, context, oauthRoutes(deps, tokenFormat, brand.languages));
  addRoutes(app, context, registrationRoutes(deps));
  addRoutes(app, context, globalTokenRevocationRoutes(deps));
  addRoutes(app, context, streamRoutes(deps));
  addRoutes(app, context, interactionRoutes({ deps, brand, cookies, basePath }));
  const advertised = { retryWindow: lifetimes.retryWindow, languages: brand.languages.tags, docs };
  addRoutes(app, context, metadataRoutes(deps, advertised, isStopping));
  addRoutes(app, context, [
    homeRoute({ deps, brand, cookies, docs, demo, hasConsole: options.admin !== null }),
  ]);
  if (demo !== null) addRoutes(app, context, demoRoutes(deps, brand, demo));
  if (docs) {
    const isPassport = passportResponses !== null;
    const instance = instanceOf({ deps, brand, lifetimes, advertised, tokenFormat, isPassport, ownPages });
    let making: Promise<Offer> | undefined;
    const offer = () => (making ??= makeOffer(instance));
    addRoutes(app, context, portalRoutes({ deps, instance, brand, basePath, offer }));
    addRoutes(app, context, docsRoutes({ instance, brand, offer, maxAge: deps.jwksMaxAge }));
  }
  if (options.admin !== null) addAdministration(app, context, { deps, ...options, admin: options.admin });
  app.notFound((c) => notFoundResponse(c.req.raw));
  return app;
}

/** Creates the router of the listener that serves administration alone. */
export function createAdminApp(
  deps: Deps,
  options: Omit<AdministrationParts, "deps"> & Pick<AppOptions, "clientAddress" | "readCertificate">,
): Hono {
  const { basePath, clientAddress, readCertificate } = options;
  const app = emptyRouter(deps, basePath);
  addAdministration(app, { deps, basePath, clientAddress, readCertificate }, { deps, ...options });
  app.notFound(() => privateResponse({ error: "not_found" }, { status: 404 }));
  return app;
}

/** Creates a router without routes. */
function emptyRouter(deps: Pick<Deps, "log">, basePath: string): Hono {
  const app = new Hono(basePath === "" ? {} : { getPath: pathBelow(basePath) });
  // The pipeline answers what a route throws. Only a fault of the pipeline or of the router gets here.
  app.onError((error) => {
    deps.log.error({ err: error }, "unexpected error");
    return errorResponse(toOAuthError(error));
  });
  return app;
}

/** Adds what administration is done with: by programs, and by operators in a browser. */
function addAdministration(app: Hono, context: ServeContext, parts: AdministrationParts): void {
  addAdminApi(app, context, parts);
  addRoutes(app, context, consoleRoutes(parts));
}

/** Removes the mount path. Some hosts have stripped it already, so a path without it is accepted too. */
function pathBelow(basePath: string): (request: Request) => string {
  // RFC 8414 §3.1 and SSF 1.0 §7.2.1: the issuer's path goes after the well-known one.
  const wellKnown = new Map(
    [PATHS.metadata, SIGNAL_PATHS.configuration].map((path) => [path + basePath, path]),
  );
  return (request) => {
    const { pathname } = new URL(request.url);
    const document = wellKnown.get(pathname);
    if (document !== undefined) return document;
    if (pathname === basePath) return PATHS.home;
    return pathname.startsWith(`${basePath}/`) ? pathname.slice(basePath.length) : pathname;
  };
}

/** Paths of the health checks, which are no endpoints of OAuth. */
export const HEALTH_PATHS = { live: "/healthz", ready: "/readyz" } as const;

/**
 * OpenTelemetry's API, as a program has it loaded. Apart from the port that it serves, `tracing.ts`: the package's own types
 * lead there, and must compile without the API.
 */
export type Api = typeof import("@opentelemetry/api");

import type { html } from "hono/html";

/** Escaped HTML, as `hono/html` makes it. */
export type Html = ReturnType<typeof html>;

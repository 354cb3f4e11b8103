/** What is filled in for one reader. */
export interface ExampleValues {
  tokenEndpoint: string;
  /** The reader's client id, printable ASCII; undefined: the example takes it from the environment, or names it. */
  clientId: string | undefined;
}

/**
 * One language of the examples. Its code runs as it stands, once `CLIENT_ID`, `CLIENT_SECRET` and `REFRESH_TOKEN` are in the
 * environment; in a web page, which has none, each of the three stands once in the code, to be replaced.
 */
export interface Example {
  /** Its name in URLs, in the cookie and in `data-language`. */
  language: string;
  /** Its name for people. */
  label: string;
  /** A whole program that refreshes once and prints the response. */
  refresh: (values: ExampleValues) => string;
}

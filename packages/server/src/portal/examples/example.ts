/** The value of a parameter: it stands in the code, or a variable has it. */
export type Value = { text: string } | { variable: string };

/** A form that a client sends to an endpoint. */
export interface FormRequest {
  /** What its program is named after: `refresh`, `client_credentials`. */
  name: string;
  endpoint: string;
  /** `grant_type` first, if it has one. */
  parameters: readonly (readonly [name: string, value: Value])[];
}

/** An authorization request: the start of the authorization code grant. */
export interface AuthorizationStart {
  authorizationEndpoint: string;
  clientId: Value;
  redirectUri: Value;
}

/** How a program is run. */
export interface Run {
  /** What it is saved as. */
  file: string;
  /** Installs what the language does not bring. */
  install?: string;
  command: string;
}

/**
 * One language of the examples. Its programs run as they stand, once the variables of the request are in the environment;
 * in a web page, which has none, the name of each stands once in the code, to be replaced.
 */
export interface Example {
  /** Its name in URLs, in the cookie and in `data-language`. */
  language: string;
  /** Its name for people. */
  label: string;
  /** How the program of this name is run; absent: in a web page. */
  run?: (name: string) => Run;
  /** A whole program that sends the request once and prints the response. */
  send: (request: FormRequest) => string;
  /**
   * A whole program that prints `CODE_VERIFIER=…`, `STATE=…` and the URL to send the browser to, each in a line; in a web
   * page, it keeps both and goes there. Absent: the language shows that of the first.
   */
  authorize?: (start: AuthorizationStart) => string;
}

/** Writes a value as a string of the language, or as its way to read a variable. */
export function written(
  value: Value,
  string: (text: string) => string,
  variable: (name: string) => string,
): string {
  return "text" in value ? string(value.text) : variable(value.variable);
}

/** What stands before the values, all of one length: the longest name decides. */
export function aligned(names: readonly string[]): (name: string) => string {
  const longest = Math.max(...names.map(({ length }) => length));
  return (name) => name.padEnd(longest);
}

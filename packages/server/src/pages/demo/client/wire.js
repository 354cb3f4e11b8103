// @ts-check

/**
 * A request and its response as they went over the wire.
 *
 * @typedef {object} Exchange
 * @property {string} request
 * @property {string} response
 * @property {number} status 0: no response arrived
 * @property {number} ms
 * @property {Body} body the response's JSON; empty if it has none
 */

/**
 * What the page reads of responses (RFC 6749 §5, and `sentences` of an explanation).
 *
 * @typedef {object} Body
 * @property {string} [access_token]
 * @property {number} [expires_in] s
 * @property {string} [refresh_token]
 * @property {number} [refresh_token_retry_window] s
 * @property {string} [error]
 * @property {string} [error_description]
 * @property {string} [error_reason]
 * @property {string[]} [sentences]
 */

/**
 * Posts a form to an endpoint, without cookies.
 *
 * @param {string} url
 * @param {Record<string, string>} parameters
 * @returns {Promise<Exchange>}
 */
export async function post(url, parameters) {
  const form = new URLSearchParams(parameters).toString();
  const type = "application/x-www-form-urlencoded";
  const { pathname, host } = new URL(url);
  const request = [`POST ${pathname}`, `host: ${host}`, `content-type: ${type}`, "", formText(form)].join(
    "\n",
  );
  const started = performance.now();
  const passed = () => Math.round(performance.now() - started);
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": type },
      body: form,
      credentials: "omit",
    });
    const text = await response.text();
    const head = [`${response.status} ${response.statusText}`, ...headerLines(response.headers)];
    return {
      request,
      response: [...head, "", bodyText(text)].join("\n"),
      status: response.status,
      ms: passed(),
      body: parse(text) ?? {},
    };
  } catch {
    return { request, response: "No response arrived.", status: 0, ms: passed(), body: {} };
  }
}

/**
 * A form with a line for each parameter.
 *
 * @param {string} form
 */
export function formText(form) {
  return form.replaceAll("&", "\n&");
}

/** @param {string} text JSON is indented */
function bodyText(text) {
  const body = parse(text);
  return body === undefined ? text : JSON.stringify(body, null, 2);
}

/**
 * @param {string} text
 * @returns {Body | undefined}
 */
function parse(text) {
  try {
    return /** @type {Body} */ (JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** @param {Headers} headers */
function headerLines(headers) {
  return [...headers].map(([name, value]) => `${name}: ${value}`);
}

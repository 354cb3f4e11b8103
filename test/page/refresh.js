/* global $ */

/**
 * Refreshes as the provider's documentation shows it to jQuery's users.
 *
 * @param {string} url the token endpoint
 * @param {Record<string, string>} fields
 * @returns what the page's script gets to see, whether the answer is good or bad
 */
function refresh(url, fields) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  const settings = {
    method: "POST",
    url,
    data: form,
    // The browser writes the content type, with its boundary.
    contentType: false,
    processData: false,
    mimeType: "multipart/form-data",
    crossDomain: true,
    async: true,
    headers: { "cache-control": "no-cache" },
  };
  const seen = (outcome, response, xhr) => ({
    outcome,
    status: xhr.status,
    type: typeof response,
    text: xhr.responseText,
    date: xhr.getResponseHeader("Date"),
  });
  return new Promise((resolve) => {
    $.ajax(settings)
      .done((response, _status, xhr) => resolve(seen("done", response, xhr)))
      .fail((xhr) => resolve(seen("fail", undefined, xhr)));
  });
}

globalThis.refresh = refresh;

import { written } from "./example.ts";
import type { Example } from "./example.ts";
import { authorizeInPage } from "./fetch.ts";
import { scriptString } from "./quoting.ts";

export const jquery: Example = {
  language: "jquery",
  label: "jQuery",
  send: ({ endpoint, parameters }) => `var form = new FormData();

${parameters
  .map(([name, value]) => `form.append("${name}", ${written(value, scriptString, scriptString)});\n`)
  .join("")}
var settings = {
  "async": true,
  "crossDomain": true,
  "url": ${scriptString(endpoint)},
  "method": "POST",
  "headers": {
    "cache-control": "no-cache"
  },
  "processData": false,
  "contentType": false,
  "mimeType": "multipart/form-data",
  "data": form
};

$.ajax(settings).done(function (response) {
  console.log(response);
}).fail(function (request) {
  console.log(request.responseText);
});`,
  authorize: authorizeInPage,
};

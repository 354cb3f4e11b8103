import type { Example } from "./example.ts";
import { scriptString } from "./quoting.ts";

export const jquery: Example = {
  language: "jquery",
  label: "jQuery",
  refresh: ({ tokenEndpoint, clientId = "CLIENT_ID" }) => `var form = new FormData();

form.append("grant_type", "refresh_token");
form.append("client_id", ${scriptString(clientId)});
form.append("client_secret", "CLIENT_SECRET");
form.append("refresh_token", "REFRESH_TOKEN");

var settings = {
  "async": true,
  "crossDomain": true,
  "url": ${scriptString(tokenEndpoint)},
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
};

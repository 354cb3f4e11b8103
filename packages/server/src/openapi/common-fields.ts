/** Its form is not checked: a parameter without a value counts as omitted (RFC 6749 §3.2). */
export const RESOURCE = {
  description:
    "The API that the access token is for, a URI (RFC 8707). By default, the one that the client is set to.",
};

export const DETAILS = {
  description: "What the client asks for beside scopes, a JSON array of objects with a `type` (RFC 9396).",
};

export const SCOPE = {
  description: "Scopes, separated by spaces. By default, all that the client may have.",
};

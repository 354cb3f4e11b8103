/** Path of the token endpoint, below the issuer. */
export const TOKEN_PATH = "/oauth/token";

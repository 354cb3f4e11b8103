/** The messages of the page on getting tokens, in English. Backticks mark code, which is not translated. */
export const gettingTokensEn = {
  "docs.get.title": "Getting tokens",
  "docs.get.lead":
    "Get the first access token, and with it the refresh token. How depends on what your program is.",
  "docs.get.choose": "Which grant type",
  "docs.get.program": "Your program is",
  "docs.get.use": "Use",
  "docs.get.program.server": "a web application with a server of its own",
  "docs.get.use.server": "`authorization_code`, with the client secret and PKCE",
  "docs.get.program.app": "a web page without a server, or an app on the user’s device",
  "docs.get.use.app": "`authorization_code` with PKCE, as a public client: it has no secret",
  "docs.get.program.device": "a device or a command-line program without a browser",
  "docs.get.use.device": "the device code: the user signs in on a phone or a computer",
  "docs.get.program.service": "a program that works for itself, without a user",
  "docs.get.use.service": "`client_credentials`: an access token, no refresh token",
  "docs.get.program.password": "an existing program that asks its users for their passwords",
  "docs.get.use.password": "`password`, until it can use `authorization_code`",
  "docs.get.chooseNote":
    "{provider} decides which grant types your client may use. For any other the response is {error}: then ask for it.",
  "docs.get.before":
    "You need a client ID, and unless your client is public a client secret. You get both from {provider}, where you also register your redirect URI.",
  // The authorization code grant, in three steps.
  "docs.get.authorize": "Authorization code: the request",
  "docs.get.authorizeText":
    "The user signs in at {provider}, and your program gets a code, which it exchanges for tokens. It never sees the password. Begin with a redirect of the user’s browser to the authorization endpoint, with these parameters in the query.",
  "docs.get.verifier":
    "PKCE (RFC 7636): for each request, make a new random `code_verifier` of 43 to 128 letters and digits, and keep it in the user’s session. `code_challenge` is its SHA-256 in base64url, without padding. A stolen code is useless without the verifier.",
  "docs.get.state":
    "Make a random `state` too, and keep it in the session: by it you recognise that a response belongs to your own request.",
  "docs.get.redirectUri":
    "`redirect_uri` must be registered for your client, and be the same character for character. Only the port of a loopback address such as `http://127.0.0.1` may differ.",
  "docs.get.authorizeNote":
    "The programs read `CLIENT_ID` and `REDIRECT_URI` and print the code verifier, the state, and the URL to open in a browser. Your web application keeps the first two in the session, and redirects to the URL.",
  "docs.get.authorize.request":
    "All parameters as a JWT that your client has signed (RFC 9101). The others are then ignored, but for `client_id`.",
  "docs.get.authorize.request_uri":
    "Stands for a request that you pushed before (RFC 9126). Only `client_id` is sent with it.",
  "docs.get.authorize.response_type": "The value is `code`.",
  "docs.get.authorize.response_mode":
    "How the response comes back: `query`, the default, or `form_post`, as a form that the browser posts.",
  "docs.get.authorize.redirect_uri": "Where the user comes back to.",
  "docs.get.authorize.scope":
    "The scopes that you need, separated by spaces. By default all that your client may have.",
  "docs.get.authorize.state": "Comes back unchanged with the response.",
  "docs.get.authorize.code_challenge": "The SHA-256 of the code verifier, in base64url.",
  "docs.get.authorize.code_challenge_method": "The value is `S256`.",
  "docs.get.authorize.dpop_jkt":
    "The thumbprint of your DPoP key: the code is then good with a proof of this key only.",
  "docs.get.authorize.prompt":
    "`login`: the user signs in again. `consent`: the user is asked again. `none`: no page is shown, and what would need one is an error.",
  "docs.get.authorize.max_age": "How long ago the user may have signed in at most, in seconds.",
  "docs.get.authorize.acr_values":
    "How the user has to sign in: any of these `acr` values, separated by spaces.",
  "docs.get.authorize.login_hint": "The user’s name, filled in on the sign-in page.",
  "docs.get.authorize.ui_locales": "The languages of the pages, such as `it en`, the preferred one first.",
  // When a parameter is required.
  "docs.get.pkceRequired": "Yes for public clients, recommended for all",
  "docs.get.ifSeveral": "If several are registered",
  "docs.get.ifSent": "If the authorization request had it",
  "docs.get.unlessPushed": "Yes, unless pushed",
  "docs.get.recommended": "Recommended",
  "docs.get.redirect": "Authorization code: the response",
  "docs.get.redirectText":
    "When the user has allowed the access, the browser comes back to your redirect URI, with these parameters in the query.",
  "docs.get.redirect.code": "The code. It is valid for {lifetime}, and once.",
  "docs.get.redirect.state": "The `state` of your request. If it is not the one in the user’s session, stop.",
  "docs.get.redirect.iss":
    "Who responds: `{issuer}`. If it is another, stop: the response may come from an attacker’s server (RFC 9207).",
  "docs.get.redirect.error": "In place of `code`, if you get none. `error_description` is a text for you.",
  "docs.get.shownError":
    "If the client ID or the redirect URI is wrong, the browser does not come back: the user sees a page with the error.",
  "docs.get.exchange": "Authorization code: the exchange",
  "docs.get.exchangeText":
    "Exchange the code for tokens at once. If a code comes a second time, its tokens are revoked, since it may be stolen.",
  "docs.get.exchangeNote":
    "The programs read `CLIENT_ID`, `CLIENT_SECRET`, `CODE`, `REDIRECT_URI` and `CODE_VERIFIER` from the environment. If your client is public, leave `CLIENT_SECRET` empty. To try it by hand, copy the code from the browser’s address bar.",
  "docs.get.exchangePage":
    "The examples for web pages are of a public client. Such a page finds the code in its own URL, and the code verifier in `sessionStorage`, where the request’s example kept it.",
  "docs.get.param.code": "The `code` of the response.",
  "docs.get.param.redirect_uri": "The same as in the authorization request.",
  "docs.get.param.code_verifier": "The code verifier from the user’s session.",
  "docs.get.param.device_code": "The `device_code` of the response.",
  "docs.get.param.username": "The user’s name.",
  "docs.get.param.password": "The user’s password.",
  // Devices (RFC 8628).
  "docs.get.device": "Device code",
  "docs.get.deviceText":
    "The device asks for two codes, shows one of them to the user, and polls with the other until the user has allowed the access in a browser (RFC 8628).",
  "docs.get.deviceShow":
    "Show the user `verification_uri` and `user_code`, and `verification_uri_complete` as a QR code. Then ask at the token endpoint every {interval}, until there are tokens or another error than `authorization_pending` and `slow_down`:",
  "docs.get.device.device_code": "For your requests at the token endpoint. The user never sees it.",
  "docs.get.device.user_code": "What the user enters.",
  "docs.get.device.verification_uri": "Where the user enters it.",
  "docs.get.device.verification_uri_complete": "The same page, with the code filled in.",
  "docs.get.device.expires_in": "How long both codes are valid, in seconds.",
  "docs.get.device.interval": "How long to wait between two requests, in seconds.",
  // The client's own token.
  "docs.get.service": "Client credentials",
  "docs.get.serviceText":
    "A token for your program itself. It needs a client with a secret, and there is no refresh token: when the access token expires, send the same request again.",
  "docs.get.service.client_secret":
    "The client secret that you were given. A public client has none, and cannot use this grant type.",
  "docs.get.serviceNote": "The programs read `CLIENT_ID` and `CLIENT_SECRET` from the environment.",
  "docs.get.password": "Password",
  "docs.get.passwordText":
    "Do not use it in a new program: RFC 9700 forbids it. Your program sees the password, users get used to typing it outside of the sign-in page, and a second factor is impossible. It is for programs that use it already.",
  "docs.get.response": "The response",
  "docs.get.responseNote":
    "Send the access token to the API in the header `Authorization: Bearer …`. Store the refresh token where only your program can read it: it is worth as much as a password. If the response has none, your client may not refresh.",
  "docs.get.member.access_token": "The access token.",
  "docs.get.member.refresh_token": "The refresh token, if your client may refresh. Store it.",
  "docs.get.scopes": "Scopes",
  "docs.get.scopesNote":
    "A scope is something that a token allows. {provider} decides which ones your client may have; without `scope` you get all of them.",
  "docs.get.scope": "Scope",
  "docs.get.scope.offline_access":
    "Access while the user is away. You may ask for it; whether there is a refresh token depends on your client.",
} as const;

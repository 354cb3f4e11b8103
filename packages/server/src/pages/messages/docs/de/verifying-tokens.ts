import type { verifyingTokensEn } from "../en/verifying-tokens.ts";

/** The messages of the page on verifying tokens, in German. */
export const verifyingTokensDe: Readonly<Record<keyof typeof verifyingTokensEn, string>> = {
  "docs.verify.title": "Tokens prüfen",
  "docs.verify.lead": "Für APIs: Prüfen Sie Access-Tokens selbst, ohne für jedes anzufragen.",
  "docs.verify.values": "Werte dieses Dienstes",
  "docs.verify.issuerName": "Aussteller (`iss`)",
  "docs.verify.jwks": "Öffentliche Schlüssel (JWKS)",
  "docs.verify.metadata": "Metadaten (RFC 8414)",
  "docs.verify.audience": "Empfänger (`aud`)",
  "docs.verify.algorithms": "Algorithmen (`alg`)",
  "docs.verify.typ": "Typ (`typ`)",
  "docs.verify.audienceNote":
    "Ihre API kann einen eigenen Empfänger haben: Fragen Sie den Anbieter. Lehnen Sie Tokens mit einem anderen ab: Sie gelten anderen APIs.",
  "docs.verify.resourceNote": "Ein Client kann mit `resource` den Empfänger Ihrer API anfordern (RFC 8707).",
  "docs.verify.checks": "Was zu prüfen ist",
  "docs.verify.signature":
    "Die Signatur, mit dem Schlüssel, den der Header in `kid` nennt. Nehmen Sie nur die oben genannten Algorithmen an.",
  "docs.verify.type": "`typ` im Header ist {type}. Kein anderes JWT dieses Dienstes ist ein Access-Token.",
  "docs.verify.issuer": "`iss` und `aud` sind genau die oben genannten Werte.",
  "docs.verify.times": "`exp` ist nicht vorbei. Lassen Sie {seconds} Abweichung der Uhren zu.",
  "docs.verify.scope":
    "`scope` enthält den Scope, den die Anfrage braucht. Sonst antworten Sie mit 403 und `insufficient_scope` (RFC 6750).",
  "docs.verify.refuse":
    'Auf jedes andere Token antworten Sie mit 401 und `WWW-Authenticate: Bearer error="invalid_token"`, ohne den Grund zu nennen.',
  "docs.verify.example": "Beispiele",
  "docs.verify.exampleNote":
    "Die Beispiele lesen `ACCESS_TOKEN` aus der Umgebung. In Ihrer API kommt es im Header `Authorization: Bearer …` jeder Anfrage.",
  "docs.verify.claims": "Claims",
  "docs.verify.optional":
    "`scope`, `gid` und `auth_time` können fehlen: Ein Token kann ohne Scope sein oder dem Client selbst gehören.",
  "docs.verify.token": "Ein dekodiertes Token",
  "docs.verify.keys": "Schlüssel",
  "docs.verify.cache":
    "Behalten Sie die Schlüssel {maxAge} lang. Laden Sie sie neu, wenn Sie ein `kid` nicht kennen, aber nicht für jedes solche Token.",
  "docs.verify.rotation":
    "Schlüssel wechseln von selbst: Schreiben Sie keinen in Ihr Programm. Ein neuer ist {maxAge} veröffentlicht, bevor er signiert.",
  "docs.verify.outage":
    "Können die Schlüssel nicht geladen werden, arbeiten Sie mit denen weiter, die Sie haben.",
  "docs.verify.revoked": "Widerrufene Tokens",
  "docs.verify.feed":
    "`@regrant/verify` verfolgt die Widerrufe dieses Dienstes und lehnt ein widerrufenes Token etwa eine Sekunde später ab. Dazu braucht es einen Client, den der Anbieter als Resource-Server gekennzeichnet hat.",
  "docs.verify.ask":
    "In PHP und anderen Sprachen fragen Sie per Introspection, wo ein widerrufenes Token nicht angenommen werden darf.",
  "docs.verify.passport": "Tokens mit den Claims von Laravel Passport",
  "docs.verify.passportNote":
    'Clients, die von Laravel Passport hierher umgezogen sind, können Tokens mit diesen Claims bekommen: ohne `iss`, und mit dem Client in `aud`. `@regrant/verify` liest sie mit `profile: "passport"`.',
  "docs.claim.iss": "Der Dienst, der das Token ausgestellt hat.",
  "docs.claim.aud": "Die API, für die das Token gilt.",
  "docs.claim.sub": "Der Benutzer, für den das Token gilt, oder der Client selbst.",
  "docs.claim.client_id": "Der Client, für den das Token ausgestellt wurde.",
  "docs.claim.iat": "Wann das Token ausgestellt wurde, in Sekunden seit 1970.",
  "docs.claim.nbf": "Ab wann das Token gilt: dasselbe wie `iat`.",
  "docs.claim.exp": "Wann das Token abläuft, in Sekunden seit 1970.",
  "docs.claim.scope": "Die Scopes, durch Leerzeichen getrennt.",
  "docs.claim.scopes": "Die Scopes als Liste.",
  "docs.claim.gid": "Die Sitzung, aus der das Token stammt. Eine Erneuerung ändert sie nicht.",
  "docs.claim.auth_time": "Wann sich der Benutzer angemeldet hat, in Sekunden seit 1970.",
  "docs.claim.jti": "Die ID des Tokens.",
  "docs.claim.acr": "Wie sich der Benutzer ausgewiesen hat, sofern bekannt.",
  "docs.claim.authorization_details": "Was neben den Scopes gewährt wurde (RFC 9396).",
  "docs.claim.act": "Wer für den Benutzer handelt, falls es jemand anderes ist.",
  "docs.claim.cnf": "Der Schlüssel, an den das Token gegebenenfalls gebunden ist: sein Fingerabdruck.",
};

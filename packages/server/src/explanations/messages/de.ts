import type { ExplanationKey } from "./en.ts";

/** What a client is told of its refresh token, in German. "am" stands before an instant. */
export const explanationsDe: Readonly<Record<ExplanationKey, string>> = {
  "explain.legacy":
    "Dieses Token hat der Dienst ausgestellt, den der Anbieter früher verwendete; seine Sitzung ist hierher umgezogen.",
  "explain.active": "Die Sitzung ist aktiv: Sie endet spätestens am {end}.",
  "explain.activeUnless":
    "Die Sitzung ist aktiv: Sie endet spätestens am {end}, und schon am {unused}, wenn das Token nicht erneuert wird.",
  "explain.failedResponse":
    "Die letzte Erneuerung konnte wegen eines Fehlers des Servers nicht beantwortet werden (503). Verloren ging dadurch nichts.",
  "explain.noRefresh": "Dieser Client darf keine Refresh-Tokens mehr verwenden.",
  "explain.shared":
    "Verbrauchte Tokens der Sitzung werden immer wieder vorgelegt: Zwei Programme erneuern sie, ohne zu teilen, was sie speichern.",
  "explain.ahead":
    "Dieses Token ist neuer als die Aufzeichnung des Servers über die Sitzung, die aus einer Sicherung wiederhergestellt wurde.",
  "explain.newest": "Dies ist das neueste Token seiner Sitzung: Es wurde am {issued} ausgestellt und {used}.",
  "explain.spent":
    "Dieses Token wurde am {at} durch {by} verbraucht; sein Nachfolger wurde ausgestellt und {used}.",
  "explain.spentOnce":
    "Dieses Token wurde spätestens am {at} durch {by} verbraucht; die Sitzung wurde seitdem noch einmal erneuert, zuletzt am {last}.",
  "explain.spentOften":
    "Dieses Token wurde spätestens am {at} durch {by} verbraucht; die Sitzung wurde seitdem noch {count} Mal erneuert, zuletzt am {last}.",
  "explain.byYou": "Ihre eigene Erneuerung",
  "explain.byClient": "eine Erneuerung dieses Clients",
  "explain.used": "zuletzt am {at} verwendet",
  "explain.neverUsed": "nie verwendet",
  "explain.thisToken": "Es",
  "explain.previousToken": "Ein älteres Token der Sitzung, eine Generation hinter dem neuesten,",
  "explain.olderToken": "Ein älteres Token der Sitzung, {count} Generationen hinter dem neuesten,",
  "explain.retried":
    "{token} wurde am {at} erneut vorgelegt, innerhalb des Zeitfensters für Wiederholungen ({window}), und mit dem neuesten Token beantwortet.",
  "explain.retriedLate":
    "{token} wurde am {at} erneut vorgelegt, nach dem Zeitfenster für Wiederholungen ({window}), und noch einmal beantwortet, da die Antwort verloren gegangen sein konnte.",
  "explain.retriedOften":
    "{token} wurde am {at} erneut vorgelegt, wie schon in vielen Zeitfenstern für Wiederholungen zuvor, und mit dem neuesten Token beantwortet.",
  "explain.refused":
    "{token} wurde am {at} erneut vorgelegt, {age} nachdem der letzte Nachfolger ausgestellt worden war, und abgelehnt.",
  "explain.reused":
    "{token} wurde am {at} erneut vorgelegt, {age} nachdem das neueste Token ausgestellt worden war; das beendete die Sitzung für alle, die ein Token von ihr haben, denn ein verbrauchtes Token, das wiederkommt, könnte gestohlen sein.",
  "explain.reusedPrevious":
    "{token} wurde am {at} erneut vorgelegt, {age} nachdem der Nachfolger ausgestellt worden war; das beendete die Sitzung für alle, die ein Token von ihr haben, denn ein verbrauchtes Token, das wiederkommt, könnte gestohlen sein.",
  "explain.reusedUnseen": "Am {at} wurde ein verbrauchtes Token erneut vorgelegt; das beendete die Sitzung.",
  "explain.concurrentUse":
    "{token} wurde am {at} erneut vorgelegt, wie schon in vielen Zeitfenstern für Wiederholungen zuvor: Zwei Programme erneuerten die Sitzung, ohne zu teilen, was sie speicherten. Das beendete die Sitzung.",
  "explain.revoked_by_subject": "Der Benutzer hat diesem Client am {at} den Zugriff entzogen.",
  "explain.revoked_by_client":
    "Der Client hat die Sitzung am {at} durch eine Anfrage an den Widerrufsendpunkt widerrufen.",
  "explain.revoked_by_operator": "Der Anbieter hat die Sitzung am {at} widerrufen.",
  "explain.account_disabled":
    "Der Anbieter hat das Konto des Benutzers am {at} gesperrt; das beendete die Sitzung.",
  "explain.client_disabled": "Der Anbieter hat diesen Client am {at} gesperrt; das beendete seine Sitzungen.",
  "explain.clientEnabled":
    "Der Anbieter hat diesen Client am {at} gesperrt; das beendete seine Sitzungen. Der Client ist wieder freigegeben; diese Sitzungen bleiben beendet.",
  "explain.parent_ended":
    "Die Sitzung, gegen die diese eingetauscht wurde, ist beendet; diese endete mit ihr am {at}.",
  "explain.code_reused":
    "Der Autorisierungscode, mit dem die Sitzung begann, wurde am {at} ein zweites Mal vorgelegt; das beendete die Sitzung, denn der Code könnte gestohlen sein.",
  "explain.idle_lifetime": "Das neueste Token wurde {unused} lang nicht verwendet und lief am {at} ab.",
  "explain.absolute_lifetime":
    "Die Sitzung erreichte am {at} das Ende ihrer Lebensdauer ({lifetime}). Keine Erneuerung verschiebt dieses Ende.",
  "explain.next.contact": "Fragen Sie den Anbieter.",
  "explain.next.useNewest":
    "Legen Sie dieses Token nicht noch einmal vor: Es wird abgelehnt. Verwenden Sie das Token, das die letzte Erneuerung brachte, oder lassen Sie den Benutzer sich erneut anmelden, wenn es verloren ist.",
  "explain.next.useNewestOrEnd":
    "Legen Sie dieses Token nicht noch einmal vor: Es wird abgelehnt, und das beendet die Sitzung. Verwenden Sie das Token, das die letzte Erneuerung brachte, oder lassen Sie den Benutzer sich erneut anmelden, wenn es verloren ist.",
  "explain.next.retry":
    "Eine Erneuerung mit diesem Token wird bis zum {until} mit dem neuesten Token beantwortet: Speichern Sie dieses, und verwenden Sie es von da an.",
  "explain.next.retryOnce":
    "Eine Erneuerung mit diesem Token wird noch einmal mit dem neuesten Token beantwortet: Speichern Sie dieses, und verwenden Sie es von da an.",
  "explain.next.refresh": "Erneuern Sie damit, und speichern Sie das neue Token, bevor Sie es verwenden.",
  "explain.next.signIn": "Lassen Sie den Benutzer sich erneut anmelden.",
  "explain.next.signInForEach":
    "Lassen Sie den Benutzer sich für jedes Programm einmal anmelden, oder geben Sie allen Programmen denselben Speicher, mit einer Sperre für die Erneuerung.",
  "explain.next.signInAndShare":
    "Lassen Sie den Benutzer sich erneut anmelden. Alle Programme, die eine Sitzung verwenden, müssen deren Token aus demselben Speicher lesen, mit einer Sperre für die Erneuerung, und keine alte Kopie dieses Speichers darf wiederhergestellt werden: Jedes Token gilt einmal.",
  "explain.next.signInAndStore":
    "Lassen Sie den Benutzer sich erneut anmelden, und speichern Sie das neue Token, bevor Sie es verwenden. Geht die Antwort auf eine Erneuerung verloren, wiederholen Sie die Anfrage innerhalb des Zeitfensters ({window}).",
  "explain.unknown":
    "Ein solches Refresh-Token dieses Clients ist nicht bekannt: Es ist unvollständig oder kein Refresh-Token, es wurde für einen anderen Client oder von einem anderen Dienst ausgestellt, oder seine Sitzung endete vor mehr als 7 Tagen.",
  "explain.next.check":
    "Prüfen Sie, ob das Token vollständig ist und ob es von diesem Server für diesen Client stammt; sonst lassen Sie den Benutzer sich erneut anmelden.",
  "explain.unknownOfPublic":
    "Über dieses Token wird nichts mitgeteilt: Es ist kein vollständiges Refresh-Token, das für diesen Client ausgestellt wurde, oder seine Sitzung ist noch aktiv oder endete vor mehr als 7 Tagen.",
  "explain.next.tryPublic":
    "Erneuern Sie damit, um zu sehen, ob die Sitzung aktiv ist. Wird das Token abgelehnt, lassen Sie den Benutzer sich erneut anmelden.",
};

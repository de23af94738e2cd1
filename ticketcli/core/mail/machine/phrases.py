"""The words by which notices of mail systems are known, in small letters. It holds tables and decides nothing."""

from __future__ import annotations

SYSTEMS = (
    "mailer-daemon",
    "mailerdaemon",
    "postmaster",
    "mdaemon",
    "mail-daemon",
    "mail.delivery.system",
    "post_master",
)
"""How the addresses of mail systems begin."""

SYSTEM_NAMES = {
    *("mail delivery system", "mail delivery subsystem", "mail delivery service", "delivery subsystem", "postmaster"),
    *("mailer-daemon", "mailer daemon"),
}

SUBJECTS = (
    *("undeliver", "returned mail", "returning message to sender", "returning to sender", "returned to sender"),
    *("delivery fail", "delivery has failed", "failure delivery", "failure notice", "failed mail", "failed message"),
    *("delivery status", "delivery notification", "delivery report", "mail delivery", "email delivery", "mail failed"),
    *("not delivered", "not be delivered", "not yet been delivered", "non-delivery", "nondelivery", "delivery error"),
    *("delivery problem", "delivery warning", "delivery delayed", "message delayed", "delayed mail", "user unknown"),
    *("could not send message", "mail error", "mail system error", "mail failure", "automatically rejected"),
    *("unzustellbar", "non remis", "non distribu", "no se puede entregar", "onbestelbaar", "mancato recapito"),
    *("не доставлено", "недоставленное"),
)
"""What stands in the subjects of notices."""

FORWARDS = ("fwd:", "fw:", "wg:", "tr:", "rv:")
ANSWERS = ("re:", "aw:", "sv:", "antw:", *FORWARDS)

FAILURES = (
    *("not be delivered", "n't be delivered", "not been delivered", "not delivered", "n't delivered", "undeliverable"),
    *("undelivered", "non-delivery", "unable to deliver", "not able to deliver", "n't able to deliver"),
    *("not deliver message", "failed recipient", "failed address", "not reach the", "not reach some", "n't reach"),
    *("not be reached", "not receive this message", "not receive your message", "not receive a copy"),
    *("delivery failed", "delivery failure", "delivery has failed", "has encountered delivery problems"),
    *("to the following recipient", "permanent fatal error", "encountered an error", "unknown user", "user unknown"),
    *("no such user", "invalid final delivery userid", "mailbox is full", "error-for:", "automatically rejected"),
    *("message was not accepted", "did not exactly match", "quota violation for", "rejected by a remote"),
    *("nicht zugestellt", "n'a pas pu", "n'ont pas pu", "no pudo ser entregado", "no se pudo entregar", "não pôde ser"),
    *("nao pode ser", "impossibile recapitare", "niet worden bezorgd", "niet worden afgeleverd", "kunne ikke leveres"),
    *("не может быть доставлено", "не было доставлено", "не удалось доставить"),
    *("無法傳送", "无法发送", "配信できません"),
)
"""By these a text tells that a mail did not arrive."""

DELAYS = (
    *("not yet been delivered", "been delayed", "is delayed", "has been postponed", "still being retried"),
    *("delivery attempts will continue", "continue to attempt delivery", "continue to try to deliver"),
    *("continue trying", "warning message only", "is a warning only", "is just a warning"),
    *("message will be retried", "it will be retried"),
)
"""By these it tells that nothing is lost yet."""

ADDRESSED = (
    *("the following recipient", "the following address", "these recipients", "addressed to", "recipient address:"),
    *("intended recipient", "message to", "to this address", "recipient: [smtp", "local mailbox"),
    *("generated from", "expanded from", "message was addressed"),
)
"""Behind these an address stands, also in a notice that tells the failure in words of its own."""

OF_A_MACHINE = (
    *("failed recipient", "message could not be delivered", "mail could not be delivered", "email below could not be"),
    *("deliver message to", "delivered to the following recipient", "created automatically by mail delivery software"),
    *("non-delivery report",),
)
"""With these a notice begins that comes from an address which tells nothing."""

RETURNED = (
    *("below this line", "below the next line", "original message", "original mail ", "the original message follows"),
    *("returned mail", "returned message", "start of returned message", "message header", "message text follows"),
    *("header of the", "the header of the", "the header and top", "this is a copy", "here is a copy", "a copy of"),
    *("copy of the", "included is a copy", "unsent message", "old message", "your message reads", "forwarded message"),
    *("a summary of the undelivered", "the first 50 lines", "mensaje original", "attachment is a copy"),
)
"""How the line above the mail that comes back begins."""

NOT_MEANT = ("postmaster@", "mailer-daemon@")
"""Whom a notice names only for questions."""

NO_REASON = (
    *("subject:", "cc:", "date:", "on ", "because", "smtp error from", "please do not", "for the following reason"),
    *("technical details", "error detail"),
)
"""How lines near an address begin that do not say why."""

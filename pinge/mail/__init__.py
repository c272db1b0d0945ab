"""Mail: an outbox in the database, and who sends what lies in it.

Rules: a mail is written in the transaction of what causes it, so neither comes without the other;
it is tried until the mail server takes or refuses it, for three days; a process that is at it keeps
the others off; after a crash it may come twice, and then has the same Message-ID. Its text, in
which links are, is dropped once nothing is to be done with it any more.
Without a mail server mails are files in dev, and in prod there are none.
SQL: sql/mail.sql.
"""

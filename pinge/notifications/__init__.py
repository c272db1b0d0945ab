"""Notifications: telling people of messages while they are at no device, by Web Push (RFC 8030).

Rules: a device is told for as long as its session lasts. What is to be told is found in the
database and not in what a process remembers, so a killed one loses nothing; whether it is told is
judged when it is about to go, and by the same code for whoever asks why (`deciding.py`). Of what
was said in a conversation since the last time, a device is told the newest, once. Only the browser
can read it, and it holds no text where its owner wants none shown. A push that was on its way when
a process died may go twice, and shows once: it has the same topic.
SQL: sql/notifications.sql. No events. Commands: active.
"""

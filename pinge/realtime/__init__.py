"""Delivery to open sockets: who is connected, in which dialect, and what they may say.

Two dialects share one hub. Plain sockets (no subprotocol) get the events of the contract and send
nothing. Sockets of `pinge.v1` get every event with its place in the conversation, give commands and
have them acknowledged.

What is told passes the feed, which keeps every conversation's changes in order whoever wrote them.

Rules: nobody waits for a slow reader; a frame is encoded once a dialect; a socket lives no longer
than its session. Knows users and frames, never what a message is.
SQL: sql/realtime.sql. Events: hello, ack, error, pong.
"""

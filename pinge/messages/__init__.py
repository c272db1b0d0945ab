"""Messages: what is said, who has read it, and how it gets to everybody.

Rules: only members write, in direct conversations only contacts (unless PINGE_DIRECT_MESSAGES says
everyone); an acknowledged message is durable; one id is one message for ever; sending marks nothing
as read; what is unread is arithmetic on positions, never a count that is kept. Who sent a message
may edit it for a while, and delete it: then its place stays, empty, and nobody has it unread.
What it answers, mentions or repeats is only pointed to, and looked up as it is by then.
The life of a message: handlers or commands -> actions -> journal (group commit) -> ack -> delivery.
What reached whom is positions too, written at once and told to the others once a second at most.
SQL: sql/messages.sql and append_messages_v3; sql/history.sql reads and changes what was said,
references.sql follows what it points to, receipts.sql says how far it came, marks.sql has stars and
pins, purge.sql ends all of it.
Events: new_direct_message, new_group_message, message_edited, message_deleted, message_hidden,
message_starred, message_unstarred, message_pinned, message_unpinned, message_delivered,
message_read, unread_changed.
"""

-- Hold the checks of 0032 against the rows there are.
-- Lock: SHARE UPDATE EXCLUSIVE (reads and writes go on). Undo: nothing to undo.
ALTER TABLE conversations
VALIDATE CONSTRAINT conversations_kind_check,
VALIDATE CONSTRAINT conversations_name_check,
VALIDATE CONSTRAINT conversations_who_may_send_check,
VALIDATE CONSTRAINT conversations_slow_mode_seconds_check;

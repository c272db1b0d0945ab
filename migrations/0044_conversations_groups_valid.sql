-- Hold the checks of 0043 against the rows there are.
-- Lock: SHARE UPDATE EXCLUSIVE (reads and writes go on). Undo: nothing to undo.
ALTER TABLE conversations
VALIDATE CONSTRAINT conversations_who_may_add_check,
VALIDATE CONSTRAINT conversations_who_may_edit_check,
VALIDATE CONSTRAINT conversations_who_may_pin_check,
VALIDATE CONSTRAINT conversations_history_visibility_check;

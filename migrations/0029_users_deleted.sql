-- Accounts that their owners deleted, and what is still to be done about them.
-- Lock: ACCESS EXCLUSIVE on users, for a moment (columns without defaults). Undo: drop the columns.

-- From deleted_at on nothing personal is in the row and nobody logs in; by erased_at all of
-- pinge/personal's inventory is done. The row stays: what was said to others has a sender.
ALTER TABLE users
ADD COLUMN deleted_at timestamptz,
ADD COLUMN erased_at timestamptz;

-- The bus: what goes between processes by way of LISTEN and NOTIFY.

-- name: notify(payloads)
-- Tell every process that listens.
SELECT count(pg_notify('pinge', payload))
  FROM unnest($1::text []) AS payload;

-- name: answer()
-- Whether the connection still leads to a server that answers.
SELECT true;

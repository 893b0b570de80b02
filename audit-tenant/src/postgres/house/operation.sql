WITH bare AS (
  -- Without comments, texts and quoted names, as what stands there is not done.
  SELECT lower(regexp_replace(current_query(),
    E'\'(?:[^\']|\'\')*\'|"[^"]*"|/[*](?:[^*]|[*]+[^*/])*[*]+/|--[^\n]*', ' ', 'g')) AS words
), said AS (
  SELECT words, substring(words FROM E'^[\\s(]*([a-z]+)') AS first FROM bare
)
SELECT CASE
    WHEN first IN ('insert', 'update', 'delete', 'merge') AND words !~ E';\\s*\\S' THEN first
    -- Somewhere in it: after WITH, or in one of several statements.
    WHEN words ~ E'(?:^|[;()])\\s*(?:insert|update|delete|merge)\\M' THEN 'write'
    ELSE coalesce(first, 'unknown')
  END FROM said

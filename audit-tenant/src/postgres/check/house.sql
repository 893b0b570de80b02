SELECT 'house_missing', e.shown, ''
FROM expected_function e LEFT JOIN house n ON true LEFT JOIN pg_catalog.pg_proc p ON p.pronamespace = n.oid AND p.proname = e.name WHERE p.oid IS NULL
UNION ALL
SELECT DISTINCT 'house_altered', e.shown, ''
FROM expected_function e CROSS JOIN house n JOIN pg_catalog.pg_proc p ON p.pronamespace = n.oid AND p.proname = e.name
WHERE btrim(p.prosrc, E'\n') <> btrim(e.body, E'\n') OR p.prosecdef <> e.definer
  OR p.proconfig IS DISTINCT FROM CASE WHEN e.path IS NOT NULL THEN ARRAY[e.path] END
  OR (SELECT count(*) FROM pg_catalog.pg_proc o WHERE o.pronamespace = n.oid AND o.proname = e.name) <> 1

SELECT 'house_missing', e.shown, ''
FROM expected_function e LEFT JOIN house n ON true LEFT JOIN pg_catalog.pg_proc p ON p.pronamespace = n.oid AND p.proname = e.name WHERE p.oid IS NULL
UNION ALL
SELECT DISTINCT 'house_altered', e.shown, ''
FROM expected_function e CROSS JOIN house n JOIN pg_catalog.pg_proc p ON p.pronamespace = n.oid AND p.proname = e.name
  JOIN pg_catalog.pg_language l ON l.oid = p.prolang
WHERE btrim(p.prosrc, E'\n') <> btrim(e.body, E'\n') OR p.prosecdef <> e.definer
  OR p.proconfig IS DISTINCT FROM CASE WHEN e.path IS NOT NULL THEN ARRAY[e.path] END
  -- How it is run counts as much: what is immutable is kept from one tenant to the next.
  OR l.lanname <> e.language OR p.proisstrict <> e.strict OR p.proleakproof
  OR p.provolatile::text <> lower(left(e.volatility, 1)) OR p.proparallel::text <> lower(left(e.parallel, 1))
  OR p.proowner <> n.nspowner
  OR (SELECT count(*) FROM pg_catalog.pg_proc o WHERE o.pronamespace = n.oid AND o.proname = e.name) <> 1
UNION ALL
SELECT DISTINCT 'keys_altered', k.shown, o.name
FROM signing_key k CROSS JOIN LATERAL (
  SELECT quote_ident(g.tgname) FROM pg_catalog.pg_trigger g WHERE g.tgrelid = k.oid AND NOT g.tgisinternal
  UNION ALL
  SELECT quote_ident(w.rulename) FROM pg_catalog.pg_rewrite w WHERE w.ev_class = k.oid
  UNION ALL
  SELECT i.inhrelid::regclass::text FROM pg_catalog.pg_inherits i WHERE i.inhparent = k.oid) o (name)

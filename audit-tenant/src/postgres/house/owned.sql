DECLARE
  other record;
BEGIN
  SELECT o.shown, pg_catalog.pg_get_userbyid(o.owned_by) AS owner INTO other
  FROM (
    SELECT 1 AS place, pg_catalog.quote_ident(n.nspname) AS shown, n.nspowner AS owned_by
    FROM pg_catalog.pg_namespace n WHERE n.nspname = @schema_name@
    UNION ALL
    SELECT 2, c.oid::pg_catalog.regclass::text, c.relowner
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = @schema_name@
    UNION ALL
    SELECT 3, p.oid::pg_catalog.regprocedure::text, p.proowner
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = @schema_name@
  ) o
  WHERE pg_catalog.pg_get_userbyid(o.owned_by) <> current_user
  ORDER BY o.place, o.shown LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION '% is owned by %, expected %, who sets up row-level security', other.shown, other.owner, current_user
      USING ERRCODE = '42501',
        HINT = 'its owner can read keys and change what checks bindings: set up as that role, or look at what it made, and DROP it or take it over';
  END IF;
END

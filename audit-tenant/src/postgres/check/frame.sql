WITH RECURSIVE
house AS (SELECT n.oid, n.nspname, n.nspowner FROM pg_catalog.pg_namespace n WHERE n.nspname = @schema@),
named_role (name, rolname, confined) AS (@roles@),
roles AS (
  SELECT quote_ident(e.name) AS name, e.confined, r.oid, coalesce(r.rolsuper, false) AS is_super
  FROM named_role e LEFT JOIN pg_catalog.pg_roles r ON r.rolname = e.rolname),
protected (at_schema, at_table, at_column, column_kind) AS (@protected@),
protected_rel AS (
  SELECT p.*, quote_ident(p.at_schema) || '.' || quote_ident(p.at_table) AS shown,
    c.oid, c.relnamespace, c.relowner, c.relrowsecurity, c.relforcerowsecurity, a.attnum, a.attnotnull, a.atttypid, a.attcollation
  FROM protected p
  LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = p.at_schema
  LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = p.at_table AND c.relkind IN ('r', 'p')
  LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = p.at_column AND a.attnum > 0 AND NOT a.attisdropped),
rel AS (SELECT * FROM protected_rel WHERE oid IS NOT NULL),
named_policy (at_schema, at_table, policy, restrictive, confined, using_expression, check_expression) AS (@policies@),
expected_policy AS (SELECT e.*, t.oid, t.shown FROM named_policy e JOIN rel t USING (at_schema, at_table)),
expected_function (name, shown, body, language, volatility, strict, parallel, definer, path) AS (@functions@),
signing_key AS (SELECT c.oid, c.relowner, c.oid::regclass::text AS shown FROM pg_catalog.pg_class c JOIN house n ON n.oid = c.relnamespace WHERE c.relname = 'signing_key'),
-- Each role with all that it may become by SET ROLE, itself as well. Those for whom no policy holds are found as such.
reach AS (
  SELECT r.name, r.confined, r.oid AS role, m.oid, m.rolname, m.rolcreaterole, m.rolreplication
  FROM roles r JOIN pg_catalog.pg_roles m ON NOT r.is_super AND NOT m.rolsuper AND pg_has_role(r.oid, m.oid, 'MEMBER')),
-- Foreign keys from and to protected tables that don't hold the tenant on both sides, and whether the service can make one delete or
-- change rows of protected tables.
reference AS (
  SELECT c.conname, here.oid IS NOT NULL AS leaves, there.oid IS NOT NULL AS arrives, c.conrelid,
    coalesce(here.shown, c.conrelid::regclass::text) AS shown,
    here.oid IS NOT NULL AND EXISTS (
      SELECT FROM reach r
      WHERE c.confdeltype IN ('c', 'n', 'd') AND has_table_privilege(r.oid, c.confrelid, 'DELETE')
        OR c.confupdtype IN ('c', 'n', 'd') AND has_any_column_privilege(r.oid, c.confrelid, 'UPDATE')) AS acts
  FROM pg_catalog.pg_constraint c LEFT JOIN rel here ON here.oid = c.conrelid LEFT JOIN rel there ON there.oid = c.confrelid
  WHERE c.contype = 'f' AND c.conparentid = 0 AND (here.oid IS NOT NULL OR there.oid IS NOT NULL)
    AND NOT EXISTS (SELECT FROM unnest(c.conkey, c.confkey) AS pair (here, there) WHERE pair.here = here.attnum AND pair.there = there.attnum)),
-- Views and materialised views over protected tables, and those over them.
reading AS (
  SELECT t.oid AS source, t.shown AS root, t.oid, NULL::"char" AS relkind, t.relowner, true AS is_invoker FROM rel t
  UNION
  SELECT v.source, v.root, c.oid, c.relkind, c.relowner,
    coalesce(c.reloptions @> '{security_invoker=true}' OR c.reloptions @> '{security_invoker=on}' OR c.reloptions @> '{security_invoker=1}', false)
  FROM reading v
  JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = v.oid AND d.classid = 'pg_catalog.pg_rewrite'::regclass
  JOIN pg_catalog.pg_rewrite w ON w.oid = d.objid
  JOIN pg_catalog.pg_class c ON c.oid = w.ev_class AND c.relkind IN ('v', 'm') AND c.oid <> v.oid),
-- Partitions and children, and what protected tables are such of.
descending AS (
  SELECT i.inhrelid AS oid, t.shown AS root FROM rel t JOIN pg_catalog.pg_inherits i ON i.inhparent = t.oid
  UNION
  SELECT i.inhrelid, d.root FROM descending d JOIN pg_catalog.pg_inherits i ON i.inhparent = d.oid),
ascending AS (
  SELECT i.inhparent AS oid, t.oid AS child FROM rel t JOIN pg_catalog.pg_inherits i ON i.inhrelid = t.oid
  UNION
  SELECT i.inhparent, a.child FROM ascending a JOIN pg_catalog.pg_inherits i ON i.inhrelid = a.oid)

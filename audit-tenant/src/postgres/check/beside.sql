SELECT DISTINCT 'view_bypasses', v.oid::regclass::text, quote_ident(o.rolname)
FROM reading v JOIN pg_catalog.pg_roles o ON o.oid = v.relowner AND (o.rolsuper OR o.rolbypassrls) CROSS JOIN reach r
WHERE v.relkind = 'v' AND NOT v.is_invoker AND has_any_column_privilege(r.oid, v.oid, 'SELECT, INSERT, UPDATE')
UNION ALL
SELECT DISTINCT 'materialized_view', v.oid::regclass::text, v.root
FROM reading v CROSS JOIN reach r
WHERE v.relkind = 'm' AND has_any_column_privilege(r.oid, v.oid, 'SELECT')
UNION ALL
SELECT DISTINCT 'function_bypasses', p.oid::regprocedure::text, quote_ident(o.rolname)
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_roles o ON o.oid = p.proowner AND (o.rolsuper OR o.rolbypassrls)
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace CROSS JOIN reach r
WHERE p.prosecdef AND has_function_privilege(r.oid, p.oid, 'EXECUTE') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.oid NOT IN (SELECT h.oid FROM house h)
UNION ALL
SELECT DISTINCT 'child_open', c.oid::regclass::text, d.root
FROM descending d JOIN pg_catalog.pg_class c ON c.oid = d.oid CROSS JOIN reach r
WHERE c.oid NOT IN (SELECT t.oid FROM rel t)
  AND (has_table_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE') OR has_any_column_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE'))
UNION ALL
SELECT DISTINCT 'parent_open', t.shown, c.oid::regclass::text
FROM rel t JOIN ascending a ON a.child = t.oid JOIN pg_catalog.pg_class c ON c.oid = a.oid CROSS JOIN reach r
WHERE c.oid NOT IN (SELECT p.oid FROM rel p)
  AND (has_table_privilege(r.oid, c.oid, 'SELECT, UPDATE, DELETE') OR has_any_column_privilege(r.oid, c.oid, 'SELECT, UPDATE'))
UNION ALL
SELECT DISTINCT 'table_unprotected', c.oid::regclass::text, quote_ident(a.attname)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped CROSS JOIN reach r
WHERE c.relkind IN ('r', 'p', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND a.attname IN (SELECT t.at_column FROM rel t)
  AND c.oid NOT IN (SELECT t.oid FROM rel t) AND c.oid NOT IN (SELECT d.oid FROM descending d) AND c.oid NOT IN (SELECT a.oid FROM ascending a)
  AND (has_table_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE') OR has_any_column_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE'))

SELECT 'role_missing', r.name, '' FROM roles r WHERE r.oid IS NULL
UNION ALL
SELECT 'role_bypasses', r.name, quote_ident(b.rolname)
FROM roles r JOIN pg_catalog.pg_roles b ON (b.rolsuper OR b.rolbypassrls) AND pg_has_role(r.oid, b.oid, 'MEMBER')
WHERE b.oid = r.oid OR NOT r.is_super
UNION ALL
SELECT 'role_owns', r.name, t.shown
FROM roles r JOIN rel t ON pg_has_role(r.oid, t.relowner, 'MEMBER') WHERE NOT r.is_super
UNION ALL
SELECT 'role_owns', r.name, quote_ident(n.nspname)
FROM roles r JOIN house n ON pg_has_role(r.oid, n.nspowner, 'MEMBER') WHERE NOT r.is_super
UNION ALL
SELECT 'role_owns', r.name, p.oid::regprocedure::text
FROM roles r CROSS JOIN house n JOIN pg_catalog.pg_proc p ON p.pronamespace = n.oid
WHERE NOT r.is_super AND pg_has_role(r.oid, p.proowner, 'MEMBER') AND p.proowner <> n.nspowner
UNION ALL
SELECT 'role_owns', r.name, k.shown
FROM roles r JOIN signing_key k ON pg_has_role(r.oid, k.relowner, 'MEMBER') WHERE NOT r.is_super
UNION ALL
SELECT DISTINCT 'role_privilege', r.name, t.shown
FROM reach r JOIN rel t ON has_table_privilege(r.oid, t.oid, 'TRUNCATE, TRIGGER') OR has_any_column_privilege(r.oid, t.oid, 'REFERENCES')
WHERE NOT pg_has_role(r.role, t.relowner, 'MEMBER')
UNION ALL
SELECT DISTINCT 'role_reads_keys', r.name, k.shown
FROM reach r JOIN signing_key k ON NOT pg_has_role(r.role, k.relowner, 'MEMBER')
WHERE has_table_privilege(r.oid, k.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
  OR has_any_column_privilege(r.oid, k.oid, 'SELECT, INSERT, UPDATE, REFERENCES')
UNION ALL
SELECT DISTINCT 'role_creates', r.name, quote_ident(n.nspname)
FROM reach r JOIN pg_catalog.pg_namespace n ON has_schema_privilege(r.oid, n.oid, 'CREATE')
WHERE n.nspname !~ '^pg_'
UNION ALL
SELECT DISTINCT 'role_power', r.name, power.name
FROM reach r JOIN LATERAL (VALUES
  -- Before PostgreSQL 16 it makes whom it likes a member of any role but a superuser.
  (CASE WHEN r.rolcreaterole AND current_setting('server_version_num')::int < 160000 THEN 'CREATEROLE' END),
  (CASE WHEN r.rolreplication THEN 'REPLICATION' END),
  (CASE WHEN r.rolname IN ('pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program') THEN r.rolname::text END)
) power (name) ON power.name IS NOT NULL
UNION ALL
SELECT DISTINCT 'role_setting', r.name, c.setting
FROM roles r JOIN pg_catalog.pg_db_role_setting s ON s.setrole IN (0, r.oid)
  AND s.setdatabase IN (0, (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database()))
  CROSS JOIN LATERAL unnest(s.setconfig) AS c (setting)
WHERE c.setting ~ '^role=' AND c.setting <> 'role=none'
  OR c.setting ~ '^search_path=(.*,.*\mpg_catalog\M|.*\mpg_temp\M.*,)'
UNION ALL
SELECT 'bypass_out_of_reach', b.name, ''
FROM roles b
WHERE NOT b.confined AND b.oid IS NOT NULL
  AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_roles l
    WHERE l.rolcanlogin AND (NOT l.rolsuper OR l.oid IN (SELECT r.oid FROM roles r)) AND pg_has_role(l.oid, b.oid, 'MEMBER'))
UNION ALL
SELECT 'bypass_confined', b.name, r.name
FROM roles r JOIN roles b ON r.confined AND NOT b.confined AND NOT b.is_super AND pg_has_role(b.oid, r.oid, 'USAGE')

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
SELECT 'role_privilege', r.name, t.shown
FROM roles r JOIN rel t ON has_table_privilege(r.oid, t.oid, 'TRUNCATE, TRIGGER') OR has_any_column_privilege(r.oid, t.oid, 'REFERENCES')
WHERE NOT r.is_super AND NOT pg_has_role(r.oid, t.relowner, 'USAGE')
UNION ALL
SELECT 'role_reads_keys', r.name, keys.oid::regclass::text
FROM roles r CROSS JOIN house n JOIN pg_catalog.pg_class keys ON keys.relnamespace = n.oid AND keys.relname = 'signing_key'
WHERE NOT r.is_super AND NOT pg_has_role(r.oid, keys.relowner, 'USAGE')
  AND (has_table_privilege(r.oid, keys.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
    OR has_any_column_privilege(r.oid, keys.oid, 'SELECT, INSERT, UPDATE, REFERENCES'))
UNION ALL
SELECT 'role_creates', r.name, quote_ident(n.nspname)
FROM roles r JOIN pg_catalog.pg_namespace n ON has_schema_privilege(r.oid, n.oid, 'CREATE')
WHERE NOT r.is_super AND n.nspname !~ '^pg_'
UNION ALL
SELECT 'bypass_out_of_reach', r.name, b.name
FROM roles r JOIN roles b ON r.confined AND NOT b.confined AND NOT pg_has_role(r.oid, b.oid, 'MEMBER')
UNION ALL
SELECT 'bypass_confined', b.name, r.name
FROM roles r JOIN roles b ON r.confined AND NOT b.confined AND NOT b.is_super AND pg_has_role(b.oid, r.oid, 'USAGE')

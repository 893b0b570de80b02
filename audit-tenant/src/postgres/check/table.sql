SELECT 'table_missing', t.shown, '' FROM protected_rel t WHERE t.oid IS NULL
UNION ALL
SELECT 'security_off', t.shown, '' FROM rel t WHERE NOT t.relrowsecurity
UNION ALL
SELECT 'security_not_forced', t.shown, '' FROM rel t WHERE NOT t.relforcerowsecurity
UNION ALL
SELECT 'policy_missing', e.shown, e.policy
FROM expected_policy e LEFT JOIN pg_catalog.pg_policy p ON p.polrelid = e.oid AND p.polname = e.policy WHERE p.oid IS NULL
UNION ALL
SELECT 'policy_altered', e.shown, e.policy
FROM expected_policy e JOIN pg_catalog.pg_policy p ON p.polrelid = e.oid AND p.polname = e.policy
WHERE p.polpermissive = e.restrictive OR p.polcmd <> '*'
  OR ARRAY(SELECT unnest(p.polroles) ORDER BY 1) <> CASE WHEN e.confined THEN ARRAY(SELECT r.oid FROM roles r WHERE r.confined ORDER BY 1) ELSE '{0}'::oid[] END
  OR @normal(pg_get_expr(p.polqual, p.polrelid))@ IS DISTINCT FROM @normal(e.using_expression)@
  OR @normal(pg_get_expr(p.polwithcheck, p.polrelid))@ IS DISTINCT FROM @normal(e.check_expression)@
  -- The names are those of the house's functions; so must the functions be.
  OR EXISTS (
    SELECT FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_proc f ON f.oid = d.refobjid
    WHERE d.classid = 'pg_catalog.pg_policy'::regclass AND d.objid = p.oid AND d.refclassid = 'pg_catalog.pg_proc'::regclass
      AND f.pronamespace NOT IN (SELECT n.oid FROM house n))
  -- PostgreSQL's own operators are not noted there.
  OR EXISTS (
    SELECT FROM pg_catalog.pg_depend d
    WHERE d.classid = 'pg_catalog.pg_policy'::regclass AND d.objid = p.oid AND d.refclassid = 'pg_catalog.pg_operator'::regclass)
UNION ALL
SELECT 'policy_permissive', t.shown, quote_ident(p.polname)
FROM rel t JOIN pg_catalog.pg_policy p ON p.polrelid = t.oid AND p.polpermissive
WHERE NOT EXISTS (SELECT FROM expected_policy e WHERE e.oid = t.oid AND e.policy = p.polname)
UNION ALL
SELECT 'column_missing', t.shown, quote_ident(t.at_column) FROM rel t WHERE t.attnum IS NULL
UNION ALL
SELECT 'column_nullable', t.shown, quote_ident(t.at_column) FROM rel t WHERE NOT t.attnotnull
UNION ALL
SELECT 'column_type', t.shown, format_type(t.atttypid, NULL)
FROM rel t JOIN pg_catalog.pg_type y ON y.oid = t.atttypid
WHERE CASE t.column_kind WHEN 'uuid' THEN 'uuid' WHEN 'integer' THEN 'int8, int4, int2' ELSE 'text, varchar' END
  !~ ('\m' || format('%s', (SELECT b.typname FROM pg_catalog.pg_type b WHERE b.oid = CASE WHEN y.typtype = 'd' THEN y.typbasetype ELSE y.oid END)) || '\M')
UNION ALL
SELECT 'column_collation', t.shown, quote_ident(t.at_column)
FROM rel t JOIN pg_catalog.pg_collation c ON c.oid = t.attcollation WHERE NOT c.collisdeterministic
UNION ALL
SELECT 'column_unindexed', t.shown, quote_ident(t.at_column)
FROM rel t WHERE t.attnum IS NOT NULL
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = t.oid AND i.indkey[0] = t.attnum AND i.indpred IS NULL AND i.indisvalid)
UNION ALL
-- With operators that are asked before policies. A key of uuids holds no value that anybody would guess.
SELECT 'index_beside', t.shown, quote_ident(x.relname)
FROM rel t JOIN pg_catalog.pg_index i ON i.indrelid = t.oid AND i.indisvalid AND i.indkey[0] <> t.attnum JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
WHERE NOT (i.indisunique AND i.indnkeyatts = 1 AND EXISTS (
    SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = t.oid AND a.attnum = i.indkey[0] AND a.atttypid = 'pg_catalog.uuid'::regtype))
  AND EXISTS (
  SELECT FROM unnest(i.indclass) AS k (opclass) JOIN pg_catalog.pg_opclass y ON y.oid = k.opclass
    JOIN pg_catalog.pg_amop o ON o.amopfamily = y.opcfamily JOIN pg_catalog.pg_operator p ON p.oid = o.amopopr
    JOIN pg_catalog.pg_proc f ON f.oid = p.oprcode AND f.proleakproof)
UNION ALL
SELECT 'foreign_key', f.shown, quote_ident(f.conname)
FROM reference f
WHERE NOT f.acts AND f.arrives AND (f.leaves OR EXISTS (SELECT FROM reach r WHERE has_any_column_privilege(r.oid, f.conrelid, 'INSERT, UPDATE')))
UNION ALL
SELECT 'foreign_key_acts', f.shown, quote_ident(f.conname)
FROM reference f WHERE f.acts

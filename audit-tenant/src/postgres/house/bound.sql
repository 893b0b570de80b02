DECLARE
  given text := current_setting('audit_tenant.binding', true);
  part text[];
  signature bytea;
  expected bytea;
BEGIN
  -- A setting that ended with its transaction is empty from then on.
  IF coalesce(given, '') = '' THEN
    RAISE EXCEPTION 'no tenant is bound to this transaction'
      USING ERRCODE = 'TN001', SCHEMA = coalesce(at_schema, ''), TABLE = coalesce(at_table, ''),
        DETAIL = 'operation: ' || @schema@.operation(),
        HINT = 'begin the transaction with a binder, or set ''audit_tenant.binding'' for this transaction to what one signs';
  END IF;
  part := string_to_array(given, '.');
  -- Version, name of the key, reach, tenant, actor, signature. Keys are kept as the two blocks that HMAC makes of them. What was
  -- given and what is right are hashed once more with the key, so that the time of their comparison tells nothing of either.
  SELECT sha256(outer_block || convert_to(part[6], 'UTF8')),
      sha256(outer_block || convert_to(encode(sha256(outer_block || sha256(inner_block || convert_to(
        @schema@.here() || '.' || left(given, -(length(part[6]) + 1)), 'UTF8'))), 'hex'), 'UTF8'))
    INTO signature, expected
    FROM @schema@.signing_key WHERE name = part[2];
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the binding of this transaction is signed with no key that is in force'
      USING ERRCODE = 'TN002', SCHEMA = coalesce(at_schema, ''), TABLE = coalesce(at_table, ''),
        DETAIL = 'operation: ' || @schema@.operation(),
        HINT = 'the service needs a key that was brought in with ''add_key'' and not removed since';
  END IF;
  IF (signature = expected AND part[1] = '1' AND cardinality(part) = 6) IS NOT TRUE THEN
    RAISE EXCEPTION 'the binding is not one of this transaction'
      USING ERRCODE = 'TN003', SCHEMA = coalesce(at_schema, ''), TABLE = coalesce(at_table, ''),
        DETAIL = 'operation: ' || @schema@.operation(),
        HINT = 'it was made up, or signed for another transaction or connection';
  END IF;
  all_tenants := part[3] = 'b';
  IF all_tenants AND confined THEN
    RAISE EXCEPTION 'all tenants are bound, where one is expected'
      USING ERRCODE = 'TN004', SCHEMA = coalesce(at_schema, ''), TABLE = coalesce(at_table, ''),
        DETAIL = 'operation: ' || @schema@.operation(),
        HINT = 'a bypass names the tenant of each row it writes, and runs as a role that is not confined to one tenant';
  END IF;
  tenant := nullif(convert_from(decode(part[4], 'hex'), 'UTF8'), '');
  actor := nullif(convert_from(decode(part[5], 'hex'), 'UTF8'), '');
END

BEGIN
  -- Each tenant is written in one way, or two names would be one tenant.
  IF tenant !~ '^(0|-?[1-9][0-9]*)$' THEN
    RAISE EXCEPTION 'the tenant % that is bound is no whole number', quote_literal(tenant)
      USING ERRCODE = 'TN006', HINT = 'its tenants'' names are expected as decimal digits, without zeroes before them';
  END IF;
  RETURN tenant::bigint;
END

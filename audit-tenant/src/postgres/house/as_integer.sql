DECLARE
  -- Each tenant is written in one way, or two names would be one tenant.
  fits boolean := tenant ~ '^(0|-?[1-9][0-9]{0,18})$';
BEGIN
  IF fits THEN
    fits := tenant::numeric BETWEEN -9223372036854775808 AND 9223372036854775807;
  END IF;
  IF NOT fits THEN
    RAISE EXCEPTION 'the tenant % that is bound is no whole number of 64 bits', quote_literal(tenant)
      USING ERRCODE = 'TN006', HINT = 'its tenants'' names are expected as decimal digits, without zeroes before them';
  END IF;
  RETURN tenant::bigint;
END

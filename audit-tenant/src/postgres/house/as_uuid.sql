BEGIN
  -- Each tenant is written in one way, or two names would be one tenant.
  IF tenant !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN
    RAISE EXCEPTION 'the tenant % that is bound is no uuid', quote_literal(tenant)
      USING ERRCODE = 'TN006', HINT = 'its tenants'' names are expected as xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx, in small letters';
  END IF;
  RETURN tenant::uuid;
END

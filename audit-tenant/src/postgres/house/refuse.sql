BEGIN
  RAISE EXCEPTION 'a row of % is not of the tenant that is bound', quote_ident(at_schema) || '.' || quote_ident(at_table)
    USING ERRCODE = 'TN005', SCHEMA = at_schema, TABLE = at_table, COLUMN = at_column,
      DETAIL = 'operation: ' || @schema@.operation() || coalesce(', tenant: ' || attempted, '');
END

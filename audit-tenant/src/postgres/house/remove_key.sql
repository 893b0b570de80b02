BEGIN
  DELETE FROM @schema@.signing_key WHERE name = key_name;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'there is no key of the name %', quote_literal(key_name) USING ERRCODE = '02000';
  END IF;
END

DECLARE
  key_name text := left(encode(sha256(convert_to(E'audit-tenant key\n', 'UTF8') || key), 'hex'), 16);
  inner_key bytea := key || decode(repeat('00', 32), 'hex');
  outer_key bytea := inner_key;
BEGIN
  IF length(key) <> 32 THEN
    RAISE EXCEPTION 'a key has % bytes, expected 32', length(key) USING ERRCODE = '22023';
  END IF;
  FOR at IN 0..63 LOOP
    inner_key := set_byte(inner_key, at, get_byte(inner_key, at) # 54);
    outer_key := set_byte(outer_key, at, get_byte(outer_key, at) # 92);
  END LOOP;
  INSERT INTO @schema@.signing_key (name, inner_block, outer_block) VALUES (key_name, inner_key, outer_key)
    ON CONFLICT (name) DO NOTHING;
  RETURN key_name;
END

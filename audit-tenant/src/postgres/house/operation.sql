SELECT coalesce(lower(substring(current_query() FROM E'^[\\s(]*([A-Za-z]+)')), 'unknown')

-- Names of cities, two signs of their own, a trade: a piece of a trade finds one customer in twenty.
INSERT INTO customers_customer (id, code, name, short_name, tax_number, industry, region, size, tier, currency,
    preferences, verified_date, is_active, search_text, created_at, owner_id)
SELECT n, code, name, '', '', '', city, '', 'ordinary', 'CNY', '', now()::date, true, lower(code || ' ' || name),
       now(), (%(sellers)s::bigint[])[1 + mod(n, array_length(%(sellers)s::bigint[], 1))]
FROM (
    SELECT n, city, 'K' || lpad(n::text, 6, '0') AS code,
           city || chr(19968 + mod(n * 37, 400)) || chr(20400 + mod(n * 101, 397)) || trade || n || '有限公司' AS name
    FROM generate_series(1, %(customers)s) AS n,
    LATERAL (SELECT (%(cities)s::text[])[1 + mod(n, 13)] AS city, (%(trades)s::text[])[1 + mod(n, 20)] AS trade) words
) named;

INSERT INTO customers_contact (customer_id, name, title, phone, email, is_primary)
SELECT n, '李明', '采购', '1380013' || lpad(mod(n, 10000)::text, 4, '0'), '', true
FROM generate_series(1, %(customers)s) AS n;

INSERT INTO customers_address (customer_id, label, receiver, phone, text, is_default)
SELECT n, '', '李明', '13800138000', '星湖街 ' || n || ' 号', true FROM generate_series(1, %(customers)s) AS n;

INSERT INTO credit_creditaccount (customer_id, "limit", exposure, grade)
SELECT n, 1000000000, 0, 'B' FROM generate_series(1, %(customers)s) AS n;

INSERT INTO customers_qualificationpaper (customer_id, kind, number, filed_at, filed_by_id, withdrawn_reason)
SELECT n, kind, '', now(), (%(sellers)s::bigint[])[1], ''
FROM generate_series(1, %(customers)s) AS n, unnest(ARRAY['business_license', 'credit_record']) AS kind;

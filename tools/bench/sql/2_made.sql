-- What the other statements derive their rows from: an order's status, day, customer and amount.
-- `rank` is how many steps of the path it has behind it; the first ones wait for their one signature.
CREATE TEMPORARY TABLE made AS
SELECT n AS id, status, at, customer_id, amount, seller,
       coalesce(array_position(%(path)s::text[], status), CASE WHEN status = 'draft' THEN 0 ELSE 1 END) AS rank,
       CASE WHEN customer_id = 1 THEN %(partner)s END AS partner_id,
       CASE WHEN customer_id = 1 THEN 'PO-' || n ELSE '' END AS reference,
       CASE WHEN status <> 'draft' THEN to_char(at, 'YYYYMM-') || lpad(n::text, 7, '0') END AS number
FROM (
    SELECT n,
           CASE WHEN n <= %(to_approve)s THEN 'reviewed' ELSE
               (%(statuses)s::text[])[1 + mod(n * 7919 + n / 100, array_length(%(statuses)s::text[], 1))] END AS status,
           now() - interval '30 days' - interval '3 years' * (1 - n::float / %(orders)s) AS at,
           CASE WHEN mod(n, 100) = 0 THEN 1 ELSE 1 + mod(n * 7907, %(customers)s) END AS customer_id,
           (SELECT sum((1 + mod(n + p, 9)) * (100 + 20 * mod(n * 3 + p, 50))) FROM generate_series(1, 5) AS p) AS amount
    FROM generate_series(1::bigint, %(orders)s) AS n
) drawn,
LATERAL (SELECT (%(sellers)s::bigint[])[1 + mod(customer_id, array_length(%(sellers)s::bigint[], 1))] AS seller) sold;
CREATE UNIQUE INDEX made_id ON made (id);
ANALYZE made;

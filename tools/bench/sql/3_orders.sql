INSERT INTO orders_order (id, number, status, version, round, customer_id, contact_name, contact_phone,
    salesperson_id, source, partner_id, partner_reference, end_customer, ordered_date, requested_date,
    delivery_address, receiver, receiver_phone, currency, amount, packaging, customization, labels, remarks,
    promise_date, first_promise_date, promise_settled, created_by_id, submitted_by_id, created_at,
    received_at, preliminary_passed_at, reviewed_at, approved_at, production_replied_at, in_production_at,
    inspection_passed_at, shipped_at, accepted_at, closed_at, returned_at, canceled_at, rejected_at, search_text)
SELECT id, number, status, 0, CASE WHEN rank > 1 THEN 1 ELSE 0 END, customer_id, '李明', '13800138000',
    seller, CASE WHEN partner_id IS NULL THEN 'phone' ELSE 'partner' END, partner_id, reference,
    CASE WHEN partner_id IS NULL THEN '' ELSE '终端用户 ' || mod(id, 500) END, at::date, at::date + 20,
    '星湖街 ' || customer_id || ' 号', '李明', '13800138000', 'CNY', amount, '', '', '', '',
    CASE WHEN rank > 3 THEN at::date + 18 END, CASE WHEN rank > 3 THEN at::date + 18 END, rank > 3,
    seller, CASE WHEN rank > 0 THEN seller END, at,
    CASE WHEN rank > 0 THEN at END, CASE WHEN rank > 1 THEN at + interval '3 hours' END,
    CASE WHEN rank > 1 THEN at + interval '1 day' END, CASE WHEN rank > 2 THEN at + interval '2 days' END,
    CASE WHEN rank > 3 THEN at + interval '3 days' END, CASE WHEN rank > 3 THEN at + interval '4 days' END,
    CASE WHEN rank > 4 THEN at + interval '13 days' END, CASE WHEN rank > 4 THEN at + interval '14 days' END,
    CASE WHEN rank > 5 THEN at + interval '18 days' END, CASE WHEN rank > 6 THEN at + interval '25 days' END,
    CASE WHEN status = 'returned' THEN at + interval '1 day' END,
    CASE WHEN status = 'canceled' THEN at + interval '1 day' END,
    CASE WHEN status = 'rejected' THEN at + interval '1 day' END,
    lower(concat_ws(' ', number, nullif(reference, ''),
        CASE WHEN partner_id IS NOT NULL THEN '终端用户 ' || mod(id, 500) END))
FROM made;

SELECT setval(pg_get_serial_sequence('orders_order', 'id'), %(orders)s);

INSERT INTO orders_orderline (order_id, position, product_id, description, specification, unit, quantity, unit_price,
    amount, quantity_shipped, quantity_accepted, assigned_role)
SELECT id, p, (%(products)s::bigint[])[1 + mod(id * 5 + p, array_length(%(products)s::bigint[], 1))], '服务器', 'S-001',
    '台', quantity, price, quantity * price, CASE WHEN rank > 4 THEN quantity ELSE 0 END,
    CASE WHEN rank > 5 THEN quantity ELSE 0 END, ''
FROM made, generate_series(1, 5) AS p,
    LATERAL (SELECT 1 + mod(id + p, 9) AS quantity, 100 + 20 * mod(id * 3 + p, 50) AS price) worth;

INSERT INTO orders_paymentterm (order_id, position, due_event, percent, days)
SELECT id, part, CASE part WHEN 1 THEN 'before_production' ELSE 'on_delivery' END,
    CASE part WHEN 1 THEN 30 ELSE 70 END, 0
FROM made, generate_series(1, 2) AS part;

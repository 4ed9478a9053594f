-- The log of transitions along the path, then the ways off it.
INSERT INTO orders_statuschange (order_id, from_status, to_status, at, amount, currency, on_time, is_folded)
SELECT id, CASE step WHEN 1 THEN 'draft' ELSE (%(path)s::text[])[step - 1] END, (%(path)s::text[])[step],
    at + interval '1 day' * (ARRAY[0, 1, 2, 4, 14, 18, 25])[step], amount, 'CNY',
    CASE WHEN step = 5 THEN mod(id, 10) > 0 END, true
FROM made, generate_series(1, 7) AS step WHERE step <= rank ORDER BY id, step;

INSERT INTO orders_statuschange (order_id, from_status, to_status, at, amount, currency, is_folded)
SELECT id, 'received', status, at + interval '1 day', amount, 'CNY', true
FROM made WHERE status IN ('returned', 'canceled', 'rejected');

INSERT INTO core_auditentry (at, action, subject_type, subject_id, subject_label, changes, note, request_id, by_id)
SELECT at, 'order.' || (%(path)s::text[])[step], 'orders.order', id, number,
    jsonb_build_object('status', jsonb_build_array('', (%(path)s::text[])[step])), '', '', seller
FROM made, generate_series(1, 7, 3) AS step WHERE step <= rank;

-- Every open order waits for somebody; one in twenty for too long.
INSERT INTO workflow_workitem (subject_type, subject_id, subject_label, uid, kind, key, title, url, owner_role,
    owner_id, policy_id, opened_at, due_at, due_is_agreed, provisional, next_check_at, level, outcome, opened_by_id)
SELECT 'orders.order', made.id, number, gen_random_uuid(), waits.kind, '', '', '', waits.role, NULL, policy.id,
    least(at, now()), due, false, false, due + interval '2 hours', 1, '', seller
FROM made
JOIN (VALUES ('received', 'preliminary_review', 'inside_sales'), ('approved', 'production_reply', 'production'),
    ('in_production', 'final_inspection', 'quality'), ('shipped', 'acceptance', 'sales'),
    ('accepted', 'visit', 'aftersales'), ('returned', 'returned_order', 'sales')) AS waits (status, kind, role)
    ON waits.status = made.status
JOIN workflow_workpolicy policy ON policy.kind = waits.kind AND policy.is_current,
LATERAL (SELECT now() + interval '1 hour' * (mod(made.id * 31, 480) - 24) AS due) clock;

INSERT INTO workflow_workitem (subject_type, subject_id, subject_label, uid, kind, key, title, url, owner_role,
    owner_id, policy_id, opened_at, due_at, due_is_agreed, provisional, level, done_at, done_by_id, outcome, opened_by_id)
SELECT 'orders.order', made.id, number, gen_random_uuid(), policy.kind, '', '', '', 'inside_sales', NULL, policy.id,
    at, at + interval '4 hours', false, false, 0, at + interval '3 hours', %(inside_sales)s, 'done', seller
FROM made, workflow_workpolicy policy
WHERE rank > 1 AND policy.kind = 'preliminary_review' AND policy.is_current;

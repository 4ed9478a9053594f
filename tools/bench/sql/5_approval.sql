-- Reviewed orders: a passed round, an open case whose one step waits, and the clock of the approver.
INSERT INTO orders_reviewround (order_id, number, outcome, remarks, opened_at, closed_at, closed_by_id)
SELECT id, 1, 'passed', '', at + interval '3 hours', at + interval '1 day', %(order_center)s FROM made WHERE rank > 1;

INSERT INTO orders_reviewopinion (round_id, department, result, remarks, at, by_id)
SELECT round.id, department, 'favorable', '', round.closed_at, %(order_center)s
FROM orders_reviewround round JOIN made ON made.id = round.order_id,
    unnest(ARRAY['order_center', 'finance', 'engineering', 'production', 'warehouse']) AS department
WHERE made.rank = 2;

INSERT INTO workflow_approvalcase (subject_type, subject_id, subject_label, kind, status, facts, amount, currency,
    customer_id, salesperson_id, barred_ids, opened_at, closed_at, submitted_by_id)
SELECT 'orders.order', id, number, 'order', CASE rank WHEN 2 THEN 'open' ELSE 'approved' END,
    jsonb_build_object('amount', amount::text, 'currency', 'CNY', 'customer_id', customer_id, 'subject_id', id),
    amount, 'CNY', customer_id, seller, jsonb_build_array(seller), at + interval '1 day',
    CASE WHEN rank > 2 THEN at + interval '2 days' END, %(order_center)s
FROM made WHERE rank > 1;

INSERT INTO workflow_approvalstep (case_id, position, stage, mode, asks, role, instead_of, reasons, approvers, status,
    decided_at, decided_by_id, comment, word)
SELECT opened.id, 1, 1, 'all', 'role', 'sales_manager', '', '[]', '["sales_manager"]',
    CASE opened.status WHEN 'open' THEN 'waiting' ELSE 'approved' END, opened.closed_at,
    CASE opened.status WHEN 'open' THEN NULL ELSE %(sales_manager)s END, '', ''
FROM workflow_approvalcase opened;

INSERT INTO workflow_workitem (subject_type, subject_id, subject_label, uid, kind, key, title, url, owner_role,
    owner_id, policy_id, opened_at, due_at, due_is_agreed, provisional, next_check_at, level, outcome, opened_by_id)
SELECT opened.subject_type, opened.subject_id, opened.subject_label, gen_random_uuid(), 'approval', opened.id || '.1',
    '', '', 'sales_manager', NULL, policy.id, opened.opened_at, now() + interval '8 hours', false, false,
    now() + interval '6 hours', 0, '', %(order_center)s
FROM workflow_approvalcase opened, workflow_workpolicy policy
WHERE opened.status = 'open' AND policy.kind = 'approval' AND policy.is_current;

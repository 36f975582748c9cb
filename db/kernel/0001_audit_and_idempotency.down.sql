drop table kernel.idempotency_keys;
drop table kernel.audit_log;

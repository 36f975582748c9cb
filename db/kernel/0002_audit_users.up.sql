alter table kernel.audit_log add column actor_user_id bigint;

alter table kernel.audit_log drop column actor_user_id;

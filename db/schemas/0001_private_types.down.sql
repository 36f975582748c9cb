drop table schemas.types;

drop table sync.detail_streams;
drop table sync.ticket_details_due;
drop table sync.ticket_details;

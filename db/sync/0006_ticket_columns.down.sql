alter table sync.tickets
    drop column provider, drop column description_html, drop column fields, drop column mapping_hash, drop column parent_key, drop column resolution;

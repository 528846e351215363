-- Which tenant a database login sees.
CREATE TABLE access.logins (
    login        name    NOT NULL,
    tenant_id    integer NOT NULL,
    audience     text    NOT NULL,
    organization text,
    CONSTRAINT logins_pkey PRIMARY KEY (login),
    CONSTRAINT logins_audience_check CHECK (audience IN ('reviewer', 'analyst'))
);

COMMENT ON TABLE access.logins IS
    'Every view filters by the tenant that this table gives for current_user; no login can write it.';
COMMENT ON COLUMN access.logins.organization IS 'A reviewer''s organization; NULL: the whole tenant.';

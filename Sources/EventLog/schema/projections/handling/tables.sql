-- What became of each demand on its way to an answer: who has it, by when an answer is due, what was answered, and what those
-- who spoke said of it. Facts alone; views count them.
CREATE TABLE messages (
    tenant_id    integer     NOT NULL,
    message_id   uuid        NOT NULL,
    channel      text        NOT NULL,
    occurred_at  timestamptz NOT NULL,
    received_at  timestamptz NOT NULL,
    person       uuid,
    organization text        NOT NULL,
    place        text        NOT NULL,
    groups       text[]      NOT NULL,
    withdrawn    boolean     NOT NULL,
    CONSTRAINT messages_pkey PRIMARY KEY (tenant_id, message_id)
);

COMMENT ON TABLE messages IS 'One row a message, as its sender says it now.';
COMMENT ON COLUMN messages.occurred_at IS 'When it came in, where nobody says when it occurred.';
COMMENT ON COLUMN messages.person IS 'Random token; NULL: unidentified.';
COMMENT ON COLUMN messages.organization IS 'That it is addressed to; empty: none.';
COMMENT ON COLUMN messages.place IS 'As given, trimmed; empty: none was named.';

CREATE TABLE demands (
    tenant_id         integer     NOT NULL,
    message_id        uuid        NOT NULL,
    demand            smallint    NOT NULL,
    opened_position   bigint      NOT NULL,
    changed_position  bigint      NOT NULL,
    category          text        NOT NULL,
    kind              text        NOT NULL,
    organization      text        NOT NULL,
    place             text        NOT NULL,
    channel           text        NOT NULL,
    groups            text[]      NOT NULL,
    occurred_at       timestamptz NOT NULL,
    received_at       timestamptz NOT NULL,
    person            uuid,
    withdrawn         boolean     NOT NULL,
    state             text        NOT NULL,
    phase             text        NOT NULL,
    responsible       text        NOT NULL,
    steward           text        NOT NULL,
    route_method      text        NOT NULL,
    escalated_to      text        NOT NULL,
    declined_by       text[]      NOT NULL,
    against           text        NOT NULL,
    is_urgent         boolean     NOT NULL,
    due_at            timestamptz,
    first_due_at      timestamptz,
    claimed_by        text,
    replies           integer     NOT NULL,
    acknowledgements  integer     NOT NULL,
    first_replied_at  timestamptz,
    last_replied_at   timestamptz,
    closed_at         timestamptz,
    reopenings        integer     NOT NULL,
    is_solved         boolean,
    is_satisfied      boolean,
    is_judged         boolean     NOT NULL,
    judged_at         timestamptz,
    judged_by         text,
    judged_synthetic  boolean     NOT NULL,
    duplicate_of      text,
    topic             text        NOT NULL,
    link              text        NOT NULL,
    rejoined          boolean     NOT NULL,
    sets_place        boolean     NOT NULL,
    sets_groups       boolean     NOT NULL,
    CONSTRAINT demands_pkey PRIMARY KEY (tenant_id, message_id, demand),
    CONSTRAINT demands_phase_check CHECK (phase IN ('open', 'answered', 'closed'))
) WITH (fillfactor = 80);

CREATE INDEX demands_topic_idx ON demands (tenant_id, topic) WHERE topic <> '';
CREATE INDEX demands_link_idx ON demands (tenant_id, link) WHERE link <> '';
CREATE INDEX demands_position_idx ON demands (tenant_id, opened_position);
CREATE INDEX demands_judged_at_idx ON demands (tenant_id, judged_at) WHERE judged_at IS NOT NULL;

COMMENT ON TABLE demands IS 'One row a demand, with the coordinates of its message where no reviewer set its own.';
COMMENT ON COLUMN demands.opened_position IS 'At which it was opened: its name in topics.';
COMMENT ON COLUMN demands.changed_position IS 'Of the last event that says something of it.';
COMMENT ON COLUMN demands.kind IS 'Empty: nobody said.';
COMMENT ON COLUMN demands.organization IS 'That it is addressed to; empty: none.';
COMMENT ON COLUMN demands.place IS 'As given; empty: none.';
COMMENT ON COLUMN demands.withdrawn IS 'true: its message was withdrawn, or it is one again with the demand that it was divided from.';
COMMENT ON COLUMN demands.phase IS 'What the state comes down to: open, answered, closed.';
COMMENT ON COLUMN demands.responsible IS 'Must act and reply; empty: nobody.';
COMMENT ON COLUMN demands.steward IS 'Stands for the group; empty: nobody.';
COMMENT ON COLUMN demands.route_method IS 'rules, reviewer, declined; empty: it was never routed.';
COMMENT ON COLUMN demands.escalated_to IS 'Sees it too; empty: it was not escalated.';
COMMENT ON COLUMN demands.against IS 'The organization that it speaks against; empty: none.';
COMMENT ON COLUMN demands.due_at IS 'By when the present answer is due; NULL: no rule says so.';
COMMENT ON COLUMN demands.first_due_at IS
    'By when the first answer was due: as it stood when the demand was first answered or first reopened, else due_at.';
COMMENT ON COLUMN demands.claimed_by IS 'The reviewer who has it in hand; NULL: none.';
COMMENT ON COLUMN demands.replies IS 'Answers with substance.';
COMMENT ON COLUMN demands.acknowledgements IS 'Answers that only acknowledge receipt; they answer nothing.';
COMMENT ON COLUMN demands.first_replied_at IS 'Of the earliest answer with substance; NULL: there is none.';
COMMENT ON COLUMN demands.last_replied_at IS 'Of the latest answer with substance; NULL: there is none.';
COMMENT ON COLUMN demands.closed_at IS 'When it was closed, refused or marked as a duplicate; NULL: it is none of these.';
COMMENT ON COLUMN demands.is_solved IS 'As who spoke says of the answer that stands; NULL: not said.';
COMMENT ON COLUMN demands.is_satisfied IS 'As is_solved.';
COMMENT ON COLUMN demands.is_judged IS 'true: who spoke has judged the answer that stands. A reopening takes that back.';
COMMENT ON COLUMN demands.judged_at IS 'NULL: not judged.';
COMMENT ON COLUMN demands.judged_by IS 'person, collector, reviewer; NULL: not judged.';
COMMENT ON COLUMN demands.judged_synthetic IS 'true: the judgement was made up to try the system. It is in no other column.';
COMMENT ON COLUMN demands.duplicate_of IS 'Id of the demand that stands for it; NULL: it stands for itself.';
COMMENT ON COLUMN demands.topic IS 'The topic that holds it now; empty: none.';
COMMENT ON COLUMN demands.link IS 'The topic in which the finder placed it; empty: in none, or not yet.';
COMMENT ON COLUMN demands.rejoined IS 'true: it is one again with the demand that it was divided from.';
COMMENT ON COLUMN demands.sets_place IS 'true: a reviewer said where it belongs, whatever its message says.';
COMMENT ON COLUMN demands.sets_groups IS 'true: a reviewer said whose it is, whatever its message says.';

CREATE TABLE replies (
    tenant_id      integer     NOT NULL,
    message_id     uuid        NOT NULL,
    demand         smallint    NOT NULL,
    position       bigint      NOT NULL,
    organization   text        NOT NULL,
    replied_at     timestamptz NOT NULL,
    is_substantive boolean     NOT NULL,
    topic          text        NOT NULL,
    CONSTRAINT replies_pkey PRIMARY KEY (tenant_id, message_id, demand, position)
);

CREATE INDEX replies_position_idx ON replies (tenant_id, position);

COMMENT ON TABLE replies IS 'One row an answer, of withdrawn messages too.';
COMMENT ON COLUMN replies.position IS 'At which it was recorded.';
COMMENT ON COLUMN replies.organization IS 'Who answered; empty: the tenant itself.';
COMMENT ON COLUMN replies.replied_at IS 'When it was recorded, unless it was given elsewhere before.';
COMMENT ON COLUMN replies.is_substantive IS 'false: it only acknowledges receipt.';
COMMENT ON COLUMN replies.topic IS 'The topic that was answered as a whole; empty: this demand alone.';

CREATE TABLE organizations (
    tenant_id integer NOT NULL,
    code      text    NOT NULL,
    parent    text,
    path      text[]  NOT NULL,
    CONSTRAINT organizations_pkey PRIMARY KEY (tenant_id, code)
);

COMMENT ON TABLE organizations IS 'The tree of organizations: who stands above whom decides who may read what.';
COMMENT ON COLUMN organizations.parent IS 'NULL: at the top.';
COMMENT ON COLUMN organizations.path IS 'Codes from the top down to this one.';

CREATE TABLE brief_topics (
    tenant_id integer  NOT NULL,
    brief_id  uuid     NOT NULL,
    topic     text     NOT NULL,
    present   text     NOT NULL,
    stage     smallint NOT NULL,
    CONSTRAINT brief_topics_pkey PRIMARY KEY (tenant_id, brief_id, topic)
);

CREATE INDEX brief_topics_present_idx ON brief_topics (tenant_id, present);

COMMENT ON TABLE brief_topics IS 'Topics of briefs that were not dropped.';
COMMENT ON COLUMN brief_topics.topic IS 'As the brief names it.';
COMMENT ON COLUMN brief_topics.present IS 'The topic that it is part of now.';
COMMENT ON COLUMN brief_topics.stage IS '1: drafted; 2: delivered; 3: whoever decides has decided.';

CREATE TABLE months (
    tenant_id   integer NOT NULL,
    publication text    NOT NULL,
    CONSTRAINT months_pkey PRIMARY KEY (tenant_id, publication)
);

COMMENT ON TABLE months IS
    'What is published by month: each month that anything was ever due, answered, judged or received in, whatever became of it.';
COMMENT ON COLUMN months.publication IS 'due, answered, solved, satisfied or channel, and the month: due 2026-03.';

CREATE TABLE clock (
    tenant_id   integer     NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT clock_pkey PRIMARY KEY (tenant_id)
);

COMMENT ON TABLE clock IS
    'When the last event was recorded that this read model follows, releases apart: what is overdue is told by it, not by the '
    'time of asking.';

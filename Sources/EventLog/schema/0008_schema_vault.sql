-- Words and senders, apart from the log, so that they can be forgotten.
CREATE SCHEMA vault;

COMMENT ON SCHEMA vault IS
    'Free texts, senders'' ids and secrets: written in the transaction of their event, deleted when somebody is '
    'forgotten. No analyst or reviewer login can read it.';

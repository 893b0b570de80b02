-- The record itself: what is hashed is `body`, byte for byte. `session` says which opening of the trail wrote it.
CREATE TABLE record (
    seq INTEGER PRIMARY KEY,
    session INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;

-- Hashes of the tree, 256 to a tile: those of records at level 0, those of whole tiles above. A key is
-- `level << 40 | tile`. The last of each level may be incomplete.
CREATE TABLE tile (
    place INTEGER PRIMARY KEY,
    hashes BLOB NOT NULL
) STRICT;

-- Where the trail stands: one row, written with every batch.
CREATE TABLE head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    -- Records below this are in `entry`.
    indexed INTEGER NOT NULL
) STRICT;

CREATE TABLE checkpoint (
    size INTEGER NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (size, note)
) STRICT;

-- One opening of the trail by one process. An end that is missing while its lock is free was unclean.
CREATE TABLE session (
    id INTEGER PRIMARY KEY,
    token TEXT NOT NULL,
    process INTEGER NOT NULL,
    -- Nanoseconds since 1970, UTC.
    opened INTEGER NOT NULL,
    -- How many records it may lose at most if it dies.
    room INTEGER NOT NULL,
    closed INTEGER,
    -- Whether no call of it is waited for any more.
    settled INTEGER NOT NULL DEFAULT 0
) STRICT;

-- What retention took: these bodies are gone, their hashes stay in `tile`.
CREATE TABLE pruned (
    first INTEGER PRIMARY KEY,
    last INTEGER NOT NULL,
    -- The record that tells of it.
    retention INTEGER NOT NULL
) STRICT;

CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What can be asked for, drawn from `body` and never hashed: it can be made anew from there.
CREATE TABLE entry (
    seq INTEGER PRIMARY KEY,
    session INTEGER NOT NULL,
    -- Nanoseconds since 1970, UTC.
    time INTEGER NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    -- Whether `name` is the type of an action.
    is_action INTEGER NOT NULL,
    actor TEXT,
    tenant TEXT,
    resource TEXT,
    effect TEXT,
    rule TEXT,
    mode TEXT,
    -- Of an outcome or entry; of a decision that of its call, once that has ended.
    outcome TEXT,
    id BLOB NOT NULL,
    call BLOB,
    -- Nanoseconds: of a decision what deciding took, of an outcome what the call took.
    took INTEGER,
    -- Whether this is the decision of a call whose end is not known yet.
    open INTEGER NOT NULL
) STRICT;

CREATE INDEX entry_time ON entry (time);
CREATE INDEX entry_name ON entry (name, time);
CREATE INDEX entry_actor ON entry (actor, time) WHERE actor IS NOT NULL;
CREATE INDEX entry_tenant ON entry (tenant, time) WHERE tenant IS NOT NULL;
CREATE INDEX entry_resource ON entry (resource, time) WHERE resource IS NOT NULL;
CREATE INDEX entry_effect ON entry (effect, time) WHERE effect IS NOT NULL AND effect <> 'allow';
CREATE INDEX entry_rule ON entry (rule, time) WHERE rule IS NOT NULL;
CREATE INDEX entry_outcome ON entry (outcome, time) WHERE outcome IS NOT NULL AND outcome <> 'completed';
CREATE INDEX entry_kind ON entry (kind, time) WHERE kind NOT IN ('decision', 'outcome');
CREATE INDEX entry_id ON entry (id);
CREATE INDEX entry_call ON entry (call) WHERE call IS NOT NULL;
CREATE INDEX entry_open ON entry (session) WHERE open = 1;

-- The database itself refuses what nobody is to do. What retention takes stands in `pruned` first.
CREATE TRIGGER record_is_never_changed BEFORE UPDATE ON record
BEGIN SELECT RAISE(ABORT, 'a record of the trail is never changed'); END;
CREATE TRIGGER record_goes_by_retention_alone BEFORE DELETE ON record
WHEN NOT EXISTS (SELECT 1 FROM pruned WHERE OLD.seq BETWEEN first AND last)
BEGIN SELECT RAISE(ABORT, 'a record of the trail goes by retention alone'); END;
CREATE TRIGGER record_is_never_replaced BEFORE INSERT ON record
WHEN NEW.seq < (SELECT size FROM head)
BEGIN SELECT RAISE(ABORT, 'a record of the trail is never replaced'); END;

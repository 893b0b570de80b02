//! Where records are kept: the trait, SQLite behind it, and the suite that every store passes.
//!
//! A [`Store`] has one writer in a process, and any number of [`StoreReader`]s beside it. Several processes may write to
//! one store, one after the other: each batch goes by the head as it is then.
//!
//! # A store of one's own
//!
//! All that a store needs is public; `examples/own_store` is one in memory that stands on nothing else. What to write, in this
//! order, with [`suite::run`] in a test from the first step on: it names the promise that is not kept yet.
//!
//! 1. **Appending.** Each record is [`stamp`]ed with its place, which is the size of the tree so far; these bytes are kept and
//!    their [`leaf_hash`](crate::tree::leaf_hash) goes into a [`Growth`](crate::tree::Growth), whose tiles are kept, the
//!    [`incomplete`](crate::tree::Growth::incomplete) ones with each batch. [`Head::root`] is its root. Records, tiles, head,
//!    checkpoint and facts are kept in one step or not at all: sign before anything is. Whoever signs is shown the facts as they
//!    were before; where he returns nothing, none is kept. A [`change`](Store::change) is made once nobody else can write.
//! 2. **Openings.** [`begin`](Store::begin) must tell an opening that is alive from one whose process died, so its sign of life
//!    has to go with the process: a lock, a connection. What it finds is told in the same step.
//! 3. **Columns.** [`Columns::read`](crate::Columns::read) draws them from the bytes, for records below [`Head::indexed`] ahead of
//!    all questions, for those behind when somebody asks. A record that has none keeps its place and is found by no question.
//! 4. **Questions.** A [`Candidate`] is a record with what became of its call. Of a decision whose outcome is in the store, drawn
//!    or not, and of one whose opening is over, say that it has [`ended`](Candidate::ended). Narrow by
//!    [`Query::groups`](crate::Query::groups) and the bounds as well as the indexes can; what they find is held against
//!    [`Query::matches_candidate`](crate::Query::matches_candidate), so that an index which lies shows nothing. For a page,
//!    [`check`](Cursor::check) the cursor, pass over what it is not [before](Cursor::is_before), and end with a cursor
//!    [`behind`](Cursor::behind) the last record, if there are more. For a tally, [`Counter`] counts.
//! 5. **Retention.** Records of the kinds in [`MAY_EXPIRE`] have names that can go; decisions of open calls stay. What is pruned
//!    loses its bytes and columns, never its hash.
//!
//! [`TrailOptions::open_store`](crate::TrailOptions::open_store) then opens a trail in it.

mod error;
mod fact;
pub mod sqlite;
mod stamp;
pub mod suite;
mod tiles;

use audit_core::Timestamp;

use crate::query::{Aggregation, Cursor, Page, Query, Tally};
use crate::tree::TilePlace;

pub use crate::query::{Candidate, Counter, Term};
pub use error::{StoreError, StoreErrorKind};
pub use fact::{
    Change, Ended, Head, MAY_EXPIRE, Opening, Pruned, Session, StoredCheckpoint, pruned_digest,
};
pub use stamp::stamp;
pub(crate) use tiles::{StoredTiles, TileSource};

/// Keeps records: appends, and gives out readers.
pub trait Store: Send + 'static {
    /// Registers an opening by this process, finds those that ended without saying so, and appends the records that tell of
    /// both: all in one step, so that no end is found and not told.
    ///
    /// # Errors
    /// The store can't be written. Nothing was found then, and the next opening finds it.
    fn begin(
        &mut self,
        opening: &Opening,
        tell: &TellOpening<'_>,
    ) -> Result<(Session, Head), StoreError>;

    /// Where the store stands now.
    ///
    /// # Errors
    /// The store can't be read, or is not what it was.
    fn head(&mut self) -> Result<Head, StoreError>;

    /// Appends all of a batch or nothing, and returns once it is on disk, unless it [may lag](Batch::on_disk). Which records there
    /// are is read anew: others may have written meanwhile.
    ///
    /// # Errors
    /// Nothing was appended, unless the error says that it [may have been](StoreError::may_be_kept).
    fn append(&mut self, batch: &Batch<'_>) -> Result<Head, StoreError>;

    /// Changes facts about the trail and appends the record that tells of it, as `make` says once nobody else can write any more:
    /// all in one step.
    ///
    /// # Errors
    /// `make` fails, or the store can't be written. Nothing was changed, unless the error says that it
    /// [may have been](StoreError::may_be_kept).
    fn change(&mut self, make: &MakeChange<'_>) -> Result<Head, StoreError>;

    /// Draws the columns of at most so many records that have none yet.
    ///
    /// # Errors
    /// The store can't be written.
    fn index(&mut self, at_most: usize) -> Result<Head, StoreError>;

    /// Takes records out, all or nothing, and appends the record that tells of it in the same step. Whoever asks: what is not there, is of
    /// no kind that [may expire](MAY_EXPIRE) by its own bytes, or is no event, does not go.
    ///
    /// # Errors
    /// Nothing was taken.
    fn prune(&mut self, ranges: &[(u64, u64)], record: &[u8]) -> Result<Head, StoreError>;

    /// Says that this opening ends, and how.
    ///
    /// # Errors
    /// The store can't be written.
    fn end(&mut self, at: Timestamp) -> Result<(), StoreError>;

    /// Keeps a fact about the trail under a name: its origin, its keys.
    ///
    /// # Errors
    /// The store can't be written.
    fn set_fact(&mut self, name: &str, value: &str) -> Result<(), StoreError>;

    /// How large the store is, in bytes, where it can tell: without the log of what was written last.
    ///
    /// # Errors
    /// The store can't be read.
    fn bytes(&mut self) -> Result<Option<u64>, StoreError> {
        Ok(None)
    }

    /// How to open readers of the store, which the writer never waits for.
    fn opener(&self) -> OpenReader;
}

/// Opens one more reader of a store.
pub type OpenReader = Box<dyn Fn() -> Result<Box<dyn StoreReader>, StoreError> + Send + Sync>;

/// Reads a fact about the trail within a step, as it was before it: nobody else changes it until the step is over.
pub type ReadFact<'s> = dyn Fn(&str) -> Result<Option<String>, StoreError> + 's;

/// Signs where the store then stands, as the text of a checkpoint; nothing where none is to be kept.
pub type SignCheckpoint<'s> =
    dyn Fn(&Head, &ReadFact<'_>) -> Result<Option<String>, StoreError> + 's;

/// Makes a change of where the store stands and what its facts say.
pub type MakeChange<'s> = dyn Fn(&Head, &ReadFact<'_>) -> Result<Change, StoreError> + 's;

/// The records that tell of an opening, as JSON without their `seq`.
pub type TellOpening<'s> = dyn Fn(&Session) -> Vec<Vec<u8>> + 's;

/// What is appended in one step.
pub struct Batch<'b> {
    /// The records' JSON, each without its `seq`, which the store adds as the last member.
    pub bodies: &'b [&'b [u8]],
    /// Whether columns are drawn at once, if none before are missing.
    pub index: bool,
    /// Whether it is on disk once it is appended, and all that was appended before. Else it outlives this process, and a machine that
    /// stops only once a later batch is on disk: whoever ships records to somewhere else goes by what a checkpoint covers, as
    /// nothing is signed that is not on disk. A store that knows no such difference need not make one. Whatever else is written to
    /// a store (changes, facts, what is pruned, an end) is on disk when its call returns.
    pub on_disk: bool,
    /// Signs where the store then stands, if a checkpoint is due.
    pub checkpoint: Option<&'b SignCheckpoint<'b>>,
    /// The size of a checkpoint that the new one makes superfluous.
    pub forget_checkpoint: Option<u64>,
    /// Facts about the trail that are kept in the same step, by name.
    pub facts: &'b [(&'b str, String)],
}

impl<'b> Batch<'b> {
    /// These records, their columns drawn at once, and nothing else.
    pub fn of(bodies: &'b [&'b [u8]]) -> Self {
        Self {
            bodies,
            index: true,
            on_disk: true,
            checkpoint: None,
            forget_checkpoint: None,
            facts: &[],
        }
    }
}

impl std::fmt::Debug for Batch<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Batch")
            .field("records", &self.bodies.len())
            .field("index", &self.index)
            .field("on_disk", &self.on_disk)
            .field("checkpoint", &self.checkpoint.is_some())
            .finish_non_exhaustive()
    }
}

/// Sees one record; says whether to go on.
pub type Visit<'v> = dyn FnMut(u64, &[u8]) -> bool + 'v;

/// Reads a store.
pub trait StoreReader: Send {
    /// Where the store stands now.
    ///
    /// # Errors
    /// The store can't be read.
    fn head(&mut self) -> Result<Head, StoreError>;

    /// Shows the bytes of records in order, from `first` on, up to and without `end`, passing over those that are gone.
    ///
    /// # Errors
    /// The store can't be read.
    fn records(&mut self, first: u64, end: u64, visit: &mut Visit<'_>) -> Result<(), StoreError>;

    /// The hashes of a tile, 32 bytes each, as far as they are stored: whole tiles always are, others may be.
    ///
    /// # Errors
    /// The store can't be read.
    fn tile(&mut self, place: TilePlace) -> Result<Option<Vec<u8>>, StoreError>;

    /// All checkpoints, by size, and those of one size by their text.
    ///
    /// # Errors
    /// The store can't be read.
    fn checkpoints(&mut self) -> Result<Vec<StoredCheckpoint>, StoreError>;

    /// The latest checkpoint: the one over most records, the last of [`checkpoints`](StoreReader::checkpoints).
    ///
    /// # Errors
    /// The store can't be read.
    fn latest_checkpoint(&mut self) -> Result<Option<StoredCheckpoint>, StoreError>;

    /// What retention took, in order.
    ///
    /// # Errors
    /// The store can't be read.
    fn pruned(&mut self) -> Result<Vec<Pruned>, StoreError>;

    /// The names that retention may speak of, and how many records have each: of records whose columns are drawn, and whose kind
    /// [may expire](MAY_EXPIRE).
    ///
    /// # Errors
    /// The store can't be read.
    fn names(&mut self) -> Result<Vec<(String, u64)>, StoreError>;

    /// Shows the places of records of a name that are from before a time (nanoseconds since 1970), or are not among the
    /// latest so many. The decision of a call that has not ended is not among them, nor counts as one of the latest. A place may
    /// be shown twice.
    ///
    /// # Errors
    /// The store can't be read.
    fn expired(
        &mut self,
        name: &str,
        before: Option<i64>,
        latest: Option<u64>,
        visit: &mut dyn FnMut(u64),
    ) -> Result<(), StoreError>;

    /// A fact about the trail.
    ///
    /// # Errors
    /// The store can't be read.
    fn fact(&mut self, name: &str) -> Result<Option<String>, StoreError>;

    /// The records that answer a query, a page of at most `limit`, after a place. Each page is of what is there when it is asked
    /// for, whether columns were drawn or not.
    ///
    /// # Errors
    /// The store can't be read, or the cursor is of another query.
    fn search(
        &mut self,
        query: &Query,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page, StoreError>;

    /// Counts what answers a query, by what the aggregation asks for.
    ///
    /// # Errors
    /// The store can't be read.
    fn aggregate(&mut self, aggregation: &Aggregation) -> Result<Tally, StoreError>;

    /// Records whose columns do not say what their bytes say, the first of them; nothing if all agree.
    ///
    /// # Errors
    /// The store can't be read.
    fn check_index(&mut self, progress: &mut dyn FnMut(u64)) -> Result<Option<u64>, StoreError>;
}

/// The names of the facts that a trail keeps about itself.
pub(crate) mod fact_name {
    /// What the checkpoints call the trail.
    pub(crate) const ORIGIN: &str = "origin";
    /// The verifier keys that ever signed, one a line, the latest last.
    pub(crate) const KEYS: &str = "keys";
    /// How each handed over to the next: notes, each with a line of U+001E behind it.
    pub(crate) const ROTATIONS: &str = "rotations";
}

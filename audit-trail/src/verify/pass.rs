//! [`Pass`]: one look at every record, by as many threads as the machine runs.

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::store::{OpenReader, Pruned, StoreError, StoreReader};
use crate::tree::{Edge, Hash, TILE_WIDTH, TilePlace, Tiles, leaf_hash};

use super::error::VerifyError;

/// How many tiles a thread takes at a time.
const AT_A_TIME: u64 = 64;
/// How many bad records are remembered: the first is what is told, and some may turn out to have been pruned meanwhile.
const REMEMBERED: usize = 1024;
const WIDTH: u64 = TILE_WIDTH as u64;

/// What is looked at.
pub(super) struct Plan {
    size: u64,
    pruned: Vec<Pruned>,
}

impl Plan {
    pub(super) fn of(reader: &mut dyn StoreReader, size: u64) -> Result<Self, StoreError> {
        Ok(Self {
            size,
            pruned: reader.pruned()?,
        })
    }

    fn is_pruned(&self, seq: u64) -> bool {
        is_pruned(&self.pruned, seq)
    }
}

/// Whether retention took a record.
pub(super) fn is_pruned(pruned: &[Pruned], seq: u64) -> bool {
    let behind = pruned.partition_point(|range| range.first <= seq);
    behind
        .checked_sub(1)
        .and_then(|place| pruned.get(place))
        .is_some_and(|range| seq <= range.last)
}

/// What a look at every record found.
pub(super) struct Pass {
    pub(super) size: u64,
    /// How many records were there.
    pub(super) checked: u64,
    /// Records whose bytes are not there, or not those that were hashed.
    bad: Vec<u64>,
    /// The root over each whole tile of records: the hashes of level 1, and of the levels above.
    levels: Vec<Vec<Hash>>,
}

/// What a thread found.
#[derive(Default)]
struct Found {
    checked: u64,
    bad: Vec<u64>,
    roots: Vec<(u64, Hash)>,
}

impl Pass {
    /// Looks at every record.
    pub(super) fn run(
        opener: &OpenReader,
        plan: &Plan,
        progress: Option<&(dyn Fn(u64, u64) + Sync)>,
    ) -> Result<Self, VerifyError> {
        let jobs = plan.size.div_ceil(WIDTH * AT_A_TIME);
        let threads = thread::available_parallelism().map_or(1, usize::from) as u64;
        let (next, done) = (AtomicU64::new(0), AtomicU64::new(0));
        let all = Mutex::new(Found::default());
        let work = || -> Result<(), StoreError> {
            let mut reader = opener()?;
            loop {
                let job = next.fetch_add(1, Ordering::Relaxed);
                if job >= jobs {
                    return Ok(());
                }
                let (first, end) = (job * AT_A_TIME, (job + 1) * AT_A_TIME);
                let found = look(
                    &mut *reader,
                    plan,
                    first,
                    end.min(plan.size.div_ceil(WIDTH)),
                )?;
                if let Some(progress) = progress {
                    let records = ((end - first) * WIDTH).min(plan.size - first * WIDTH);
                    progress(
                        done.fetch_add(records, Ordering::Relaxed) + records,
                        plan.size,
                    );
                }
                let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
                all.checked += found.checked;
                all.bad.extend(found.bad);
                all.roots.extend(found.roots);
            }
        };
        thread::scope(|scope| {
            let workers: Vec<_> = (0..threads.min(jobs)).map(|_| scope.spawn(work)).collect();
            workers
                .into_iter()
                .try_for_each(|worker| worker.join().unwrap_or_else(|_| Err(broken())))
        })?;
        let mut all = all.into_inner().unwrap_or_else(PoisonError::into_inner);
        all.bad.sort_unstable();
        all.roots.sort_unstable_by_key(|(tile, _)| *tile);
        let roots = all.roots.into_iter().map(|(_, root)| root).collect();
        Ok(Self {
            size: plan.size,
            checked: all.checked,
            bad: all.bad,
            levels: levels(roots),
        })
    }

    /// The first bad record that retention did not take meanwhile.
    pub(super) fn first_bad(&self, pruned: &[Pruned]) -> Option<u64> {
        self.bad
            .iter()
            .copied()
            .find(|seq| !is_pruned(pruned, *seq))
    }

    /// How many of the records retention took.
    pub(super) fn pruned(&self, pruned: &[Pruned]) -> u64 {
        let of_ours = pruned.iter().filter(|range| range.last < self.size);
        of_ours
            .map(|range| (range.last + 1).saturating_sub(range.first))
            .sum()
    }

    /// The tiles of the trail: those of records as they are stored, the others made from them.
    pub(super) fn tiles<'p>(&'p self, reader: &'p mut dyn StoreReader, size: u64) -> PassTiles<'p> {
        PassTiles {
            reader: RefCell::new(reader),
            levels: &self.levels,
            size,
        }
    }
}

#[cold]
fn broken() -> StoreError {
    StoreError::new(
        crate::store::StoreErrorKind::Failed,
        "a thread that checks records panicked",
    )
}

/// The hashes of level 1 on, from those of level 1.
fn levels(first: Vec<Hash>) -> Vec<Vec<Hash>> {
    let mut levels = vec![first];
    while let Some(below) = levels.last().filter(|below| below.len() >= TILE_WIDTH) {
        let above = below.chunks_exact(TILE_WIDTH).map(root_of).collect();
        levels.push(above);
    }
    levels
}

fn root_of(hashes: &[Hash]) -> Hash {
    let mut edge = Edge::new();
    for hash in hashes {
        edge.push(*hash);
    }
    edge.root()
}

/// Looks at the records of some tiles.
fn look(
    reader: &mut dyn StoreReader,
    plan: &Plan,
    first: u64,
    end: u64,
) -> Result<Found, StoreError> {
    let mut found = Found::default();
    let mut tiles = Vec::new();
    for tile in first..end {
        let hashes = reader.tile(TilePlace::new(0, tile))?.unwrap_or_default();
        let hashes: Vec<Hash> = hashes
            .chunks_exact(Hash::LEN)
            .filter_map(|hash| Some(Hash::new(hash.try_into().ok()?)))
            .collect();
        tiles.push(hashes);
    }
    let stored = |seq: u64| {
        let tile = usize::try_from(seq / WIDTH - first).ok()?;
        let place = usize::try_from(seq % WIDTH).ok()?;
        tiles.get(tile)?.get(place).copied()
    };
    let records_end = plan.size.min(end * WIDTH);
    let mut expected = first * WIDTH;
    {
        let mut bad = |seq: u64| {
            if found.bad.len() < REMEMBERED {
                found.bad.push(seq);
            }
        };
        let mut checked = 0;
        reader.records(expected, records_end, &mut |seq, body| {
            for missing in expected..seq {
                if !plan.is_pruned(missing) || stored(missing).is_none() {
                    bad(missing);
                }
            }
            if stored(seq) != Some(leaf_hash(body)) || own_place(body) != Some(seq) {
                bad(seq);
            }
            checked += 1;
            expected = seq + 1;
            true
        })?;
        for missing in expected..records_end {
            if !plan.is_pruned(missing) || stored(missing).is_none() {
                bad(missing);
            }
        }
        found.checked = checked;
    }
    for (tile, hashes) in (first..end).zip(&tiles) {
        if hashes.len() == TILE_WIDTH && (tile + 1) * WIDTH <= plan.size {
            found.roots.push((tile, root_of(hashes)));
        } else if (tile + 1) * WIDTH <= plan.size {
            // Without its hashes the tree has a hole; the records in it are bad already.
            found.roots.push((tile, Hash::new([0; Hash::LEN])));
        }
    }
    Ok(found)
}

/// The place that a record names as its own: its last member.
pub(super) fn own_place(body: &[u8]) -> Option<u64> {
    let digits = body.strip_suffix(b"}")?;
    let start = digits.iter().rposition(|byte| !byte.is_ascii_digit())? + 1;
    let (name, digits) = digits.split_at_checked(start)?;
    name.ends_with(b",\"seq\":")
        .then(|| std::str::from_utf8(digits).ok()?.parse().ok())
        .flatten()
}

/// The tiles of a trail that was looked at.
pub(super) struct PassTiles<'p> {
    reader: RefCell<&'p mut dyn StoreReader>,
    levels: &'p [Vec<Hash>],
    size: u64,
}

impl Tiles for PassTiles<'_> {
    type Error = StoreError;

    fn tile(&self, place: TilePlace) -> Result<Option<Cow<'_, [u8]>>, StoreError> {
        let Some(level) = usize::from(place.level).checked_sub(1) else {
            let hashes = self.reader.borrow_mut().tile(place)?;
            return Ok(hashes.map(Cow::Owned));
        };
        let Some(level) = self.levels.get(level) else {
            return Ok(None);
        };
        let first = usize::try_from(place.index)
            .unwrap_or(usize::MAX)
            .saturating_mul(TILE_WIDTH);
        let width = place.width(self.size);
        let hashes = level.iter().skip(first).take(width);
        Ok(Some(Cow::Owned(
            hashes.flat_map(|hash| *hash.as_bytes()).collect(),
        )))
    }
}

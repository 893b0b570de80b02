//! Opening a trail: what is there is proved, what was lost is recorded, and the writer starts.

use std::cell::RefCell;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{SendError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use crate::anchor::Courier;
use crate::health::Health;
use crate::note::{TrailKey, VerifierKey};
use crate::notice::{Notices, tell};
use crate::queue::Queue;
use crate::retention::Sweeping;
use crate::store::sqlite::SqliteStore;
use crate::store::{Batch, Head, Opening, ReadFact, Store, StoreError, StoreErrorKind, fact_name};
use crate::verify::{Keys, Places, prove_consistent};
use crate::writer::{KeyInUse, SayEnded, Signer, Writer};

use super::error::TrailError;
use super::handle::{Inner, Trail};
use super::options::TrailOptions;
use super::readers::Readers;

impl Trail {
    /// Opens the trail in this file, or makes one, with all defaults. See [`TrailOptions::open`].
    ///
    /// # Errors
    /// The file or the key can't be opened or made, or what is there contradicts itself.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, TrailError> {
        Self::options().open(path)
    }
}

impl TrailOptions {
    /// Opens the trail in this file, or makes one. Unless a key was given, it is in a file of the same name and `.key`, which
    /// is made with the trail and readable by its owner alone.
    ///
    /// What is there is proved consistent with its last checkpoint, and with the copies in second places that can be read: what
    /// becomes of the others is said at [`anchor`](Self::anchor) and [`require_anchors`](Self::require_anchors). An opening that
    /// ended without saying so is recorded, with how many records may be lost at most.
    ///
    /// # Errors
    /// The file or the key can't be opened or made, what is there contradicts itself, or a second place that is required says
    /// nothing.
    pub fn open(self, path: impl AsRef<Path>) -> Result<Trail, TrailError> {
        let store = SqliteStore::open(path)?;
        let key = match self.key.clone() {
            Some(key) => KeyInUse::new(key, None),
            None => key_beside(&store, self.origin.as_deref())?,
        };
        open(self, Box::new(store), key)
    }

    /// Opens a trail in any store, [one of your own](crate::store#a-store-of-ones-own) among them, and signs with this key.
    ///
    /// # Errors
    /// The store can't be read or written, what is there contradicts itself, or a second place that is required says nothing.
    pub fn open_store(self, store: impl Store, key: TrailKey) -> Result<Trail, TrailError> {
        open(self, Box::new(store), KeyInUse::new(key, None))
    }
}

/// The key in the file beside a trail, which is made if the trail is new.
fn key_beside(store: &SqliteStore, origin: Option<&str>) -> Result<KeyInUse, TrailError> {
    let mut path = store.path().as_os_str().to_owned();
    path.push(".key");
    let path = PathBuf::from(path);
    let mut reader = (store.opener())()?;
    let known = reader.fact(fact_name::ORIGIN)?;
    // A trail that has records was signed with a key: a new one would not be the one that is expected.
    if known.is_some() && reader.head()?.size > 0 {
        return Ok(KeyInUse::new(TrailKey::load(&path)?, Some(path)));
    }
    let origin = match (known, origin) {
        (Some(known), _) => known,
        (None, Some(origin)) => origin.to_owned(),
        (None, None) => fresh_origin()?,
    };
    let key = TrailKey::load_or_create(&path, &origin)?;
    Ok(KeyInUse::new(key, Some(path)))
}

/// A name that no other trail has, where nobody gave one.
fn fresh_origin() -> Result<String, TrailError> {
    let number = getrandom::u64().map_err(|error| TrailError::Outside(Box::new(error)))?;
    Ok(format!("trail-{number:016x}"))
}

/// Begins a session, and tells of it and of those that ended without saying so.
fn begin(
    store: &mut dyn Store,
    opening: &Opening,
    notices: &Notices,
    signed_by: &str,
) -> Result<(), StoreError> {
    let told = RefCell::new(Vec::new());
    store.begin(opening, &|session| {
        let opened = std::iter::once(notices.opened(session.id, signed_by));
        let unclean = session.unclean.iter();
        let records = opened.chain(unclean.map(|ended| notices.unclean_end(ended)));
        told.replace(records.collect());
        told.borrow().clone()
    })?;
    told.into_inner().iter().for_each(|record| tell(record));
    Ok(())
}

/// Opens a trail in a store.
fn open(
    options: TrailOptions,
    mut store: Box<dyn Store>,
    in_use: KeyInUse,
) -> Result<Trail, TrailError> {
    let key = in_use.key();
    let mut options = options;
    let opener = store.opener();
    let mut reader = opener()?;
    let otherwise = || {
        options
            .origin
            .clone()
            .unwrap_or_else(|| key.name().to_owned())
    };
    let origin = reader.fact(fact_name::ORIGIN)?.unwrap_or_else(otherwise);
    let named = Keys::stored(&mut *reader)?.and_expected(key.verifier())?;
    // What the trail names itself is for whoever has no key: here only those count that lead to ours.
    let keys = Keys::leading_to(key.verifier(), &mut *reader)?;
    let places = Places {
        anchors: &mut options.anchors,
        are_required: options.requires_anchors,
    };
    let called = (&*origin, options.origin.as_deref());
    let proved = prove_consistent(&mut *reader, &keys, called, places)?;
    let health = Arc::new(Health::after(proved.places_silent));
    let queue = Arc::new(Queue::new(options.limits));
    // Threads come before the session is begun: without them it would be found as one that ended without saying so.
    let courier = Courier::start(
        std::mem::take(&mut options.anchors),
        options.anchor_every,
        Arc::clone(&health),
    )
    .map_err(TrailError::Thread)?;
    let (hand_over, thread) = writer_to_be(SayEnded(Arc::clone(&health), Arc::clone(&queue)))
        .map_err(TrailError::Thread)?;
    let notices = options.notices.clone();
    let room = options.limits.unwritten() as u64;
    let process = audit_process::id();
    let verifier = in_use.shown();
    let signed_by = key.verifier().to_string();
    let opening = Opening::new(notices.now(), process, room);
    begin(&mut *store, &opening, &notices, &signed_by)?;

    let mut signer = Signer::new(
        in_use,
        origin.clone(),
        options.checkpoint_every,
        proved.anchored,
        courier,
    );
    // A trail names its keys in the step in which its first checkpoint is signed: with one there is the other.
    let facts = named_so(&origin, signed_by);
    let signed = store.append(&Batch {
        checkpoint: Some(&|head: &Head, fact: &ReadFact<'_>| {
            if named.are_none() {
                nobody_was_first(&facts, fact)?;
            }
            signer.sign(head, fact)
        }),
        facts: if named.are_none() { &facts } else { &[] },
        ..Batch::of(&[])
    });
    if signed.is_err() {
        // An opening that fails loses nothing, and is not to be told of as if it might have.
        let _still_open = store.end(notices.now());
    }
    let head = signed?;
    signer.wrote(&head, &health);
    health.stand(&head);
    let (orders, received) = channel();
    let writer = Writer {
        store,
        queue: Arc::clone(&queue),
        health: Arc::clone(&health),
        notices: notices.clone(),
        signer,
        always_draws: options.always_index,
        lagging: 0,
        draws: 0,
        orders: received,
    };
    #[cfg(feature = "observability")]
    show_at_enable(&queue);
    if let Err(SendError(mut writer)) = hand_over.send(writer) {
        // The thread waits for nothing else.
        let _still_open = writer.store.end(notices.now());
        return Err(TrailError::Closed);
    }
    Ok(Trail {
        inner: Arc::new(Inner {
            #[cfg(feature = "observability")]
            origin,
            plan: options.plan,
            queue,
            health,
            notices,
            readers: Readers::new(opener),
            process,
            durable_timeout: options.durable_timeout,
            records_access: options.records_access,
            verifier,
            orders: Mutex::new(orders),
            writer: Mutex::new(Some(thread)),
            close_timeout: options.close_timeout,
            sweeping: Sweeping::default(),
        }),
    })
}

/// Has an idle trail show how it stands whenever somebody begins to observe.
#[cfg(feature = "observability")]
fn show_at_enable(queue: &Arc<Queue>) {
    let queue = Arc::downgrade(queue);
    audit_core::observability::show_at_enable(queue);
}

/// The thread of a writer that is still to come: it ends if none does.
fn writer_to_be(ended: SayEnded) -> io::Result<(Sender<Writer>, JoinHandle<()>)> {
    let (hand_over, handed) = channel::<Writer>();
    let thread = thread::Builder::new()
        .name("audit-trail".to_owned())
        .spawn(move || {
            let _ended = ended;
            if let Ok(writer) = handed.recv() {
                writer.run();
            }
        })?;
    Ok((hand_over, thread))
}

/// What a trail says of itself, in the step in which its first checkpoint is signed.
fn named_so(origin: &str, keys: String) -> [(&'static str, String); 2] {
    [
        (fact_name::ORIGIN, origin.to_owned()),
        (fact_name::KEYS, keys),
    ]
}

/// Two that open a new trail at once must give it the same name and key: else what one of them signed would be damage.
fn nobody_was_first(facts: &[(&str, String)], fact: &ReadFact<'_>) -> Result<(), StoreError> {
    for (name, ours) in facts {
        if fact(name)?.is_some_and(|there| there != *ours) {
            let message = "another process made the trail meanwhile, with another name or key";
            return Err(StoreError::new(StoreErrorKind::Refused, message));
        }
    }
    Ok(())
}

impl Keys {
    /// The same, if the trail is signed with this key or new.
    pub(super) fn and_expected(self, key: &VerifierKey) -> Result<Self, TrailError> {
        match self.current() {
            Some(current) if current != key => Err(TrailError::OtherKey {
                found: key.to_string(),
                expected: current.to_string(),
            }),
            _ => Ok(self),
        }
    }
}

use std::path::{Path, PathBuf};
use std::time::Duration;

use audit_core::{EventId, IdSource as _, RandomIds, Timestamp};
use tempfile::TempDir;

use super::{Keep, Place, ROUND, Seen};

const ALL: Keep = Keep {
    time: None,
    number: u64::MAX,
};

fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("seen.db");
    (folder, path)
}

fn id() -> EventId {
    RandomIds.next_id(Timestamp::from_nanos(1))
}

/// The file is let go by a thread that ends soon.
async fn open_again(path: &Path, keep: Keep) -> Seen {
    loop {
        match Seen::open(path, "accounts", keep) {
            Ok(seen) => return seen,
            Err(_) => tokio::task::yield_now().await,
        }
    }
}

async fn mark_many(seen: &Seen, number: u64) -> Vec<EventId> {
    let ids: Vec<EventId> = (0..number).map(|_| id()).collect();
    for id in &ids {
        seen.mark(*id).await.unwrap();
    }
    ids
}

async fn known(seen: &Seen, ids: &[EventId]) -> usize {
    let mut known = 0;
    for id in ids {
        known += usize::from(seen.has(*id).await.unwrap());
    }
    known
}

#[tokio::test]
async fn what_is_marked_is_known_and_still_is_to_who_comes_after() {
    let (_folder, path) = place();
    let (marked, other) = (id(), id());
    let seen = Seen::open(&path, "accounts", ALL).unwrap();
    assert!(!seen.has(marked).await.unwrap());
    seen.mark(marked).await.unwrap();
    seen.mark(marked).await.unwrap();
    assert!(seen.has(marked).await.unwrap());
    let error = Seen::open(&path, "accounts", ALL).unwrap_err();
    let expected = format!(
        "the marks of what was seen, `{}`: another process uses it",
        path.display()
    );
    assert_eq!(error.to_string(), expected);
    drop(seen);
    let seen = open_again(&path, ALL).await;
    assert!(seen.has(marked).await.unwrap());
    assert!(!seen.has(other).await.unwrap());
}

#[tokio::test]
async fn the_file_of_another_consumer_and_one_of_another_kind_are_refused() {
    let (folder, path) = place();
    drop(Seen::open(&path, "accounts", ALL).unwrap());
    let error = loop {
        let error = Seen::open(&path, "notes", ALL).unwrap_err().to_string();
        if !error.ends_with("another process uses it") {
            break error;
        }
        tokio::task::yield_now().await;
    };
    assert!(
        error.ends_with("it belongs to the consumer `accounts`, and this is `notes`"),
        "{error}"
    );
    let text = folder.path().join("text");
    std::fs::write(&text, "no database, but a text of some length").unwrap();
    let error = Seen::open(&text, "accounts", ALL).unwrap_err();
    assert!(error.to_string().contains("not a database"), "{error}");
}

#[tokio::test]
async fn more_marks_than_are_to_be_kept_let_the_oldest_go() {
    let (_folder, path) = place();
    let keep = Keep {
        time: None,
        number: ROUND,
    };
    let seen = Seen::open(&path, "accounts", keep).unwrap();
    let ids = mark_many(&seen, 4 * ROUND).await;
    let (old, new) = ids.split_at(ids.len() - usize::try_from(ROUND).unwrap());
    assert_eq!(known(&seen, old).await, 0);
    assert_eq!(known(&seen, new).await, new.len());
}

#[tokio::test]
async fn marks_go_once_they_are_old_and_not_before() {
    let (_folder, path) = place();
    let keep = |time| Keep {
        time: Some(time),
        number: u64::MAX,
    };
    let seen = Seen::open(&path, "accounts", keep(Duration::from_hours(1))).unwrap();
    let young = mark_many(&seen, ROUND).await;
    assert_eq!(known(&seen, &young).await, young.len());
    drop(seen);
    let seen = open_again(&path, keep(Duration::ZERO)).await;
    mark_many(&seen, ROUND).await;
    assert_eq!(known(&seen, &young).await, 0);
}

#[tokio::test]
async fn old_marks_go_also_where_each_run_makes_few() {
    let (_folder, path) = place();
    let keep = |time| Keep {
        time: Some(time),
        number: u64::MAX,
    };
    let seen = Seen::open(&path, "accounts", keep(Duration::from_hours(1))).unwrap();
    // More than go at once.
    let ids = mark_many(&seen, 5 * ROUND - 1).await;
    drop(seen);
    let seen = open_again(&path, keep(Duration::ZERO)).await;
    assert_eq!(known(&seen, &ids).await, 0);
}

#[tokio::test]
async fn how_far_a_consumer_came_is_known_to_who_comes_after() {
    let (_folder, path) = place();
    let seen = Seen::open(&path, "accounts", ALL).unwrap();
    assert_eq!(seen.place().await.unwrap(), None);
    let place = |made: &str, sequence| Place {
        stream: "BUS".to_owned(),
        made: made.to_owned(),
        sequence,
    };
    // What is told twice, and late, takes nothing back; a stream that was made anew begins anew.
    for (kept, expected) in [
        (place("then", 7), 7),
        (place("then", 3), 7),
        (place("later", 2), 2),
        (place("later", u64::MAX), u64::MAX),
    ] {
        let made = kept.made.clone();
        seen.keep(kept).await.unwrap();
        assert_eq!(seen.place().await.unwrap(), Some(place(&made, expected)));
    }
    drop(seen);
    let found = open_again(&path, ALL).await.place().await.unwrap();
    assert_eq!(found, Some(place("later", u64::MAX)));
}

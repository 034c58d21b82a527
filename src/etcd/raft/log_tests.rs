//! Tables for the log, in the spirit of etcd-io/raft `log_test.go`.

use super::super::Bytes;
use super::super::confchange::ConfState;
use super::super::entry::Payload;
use super::super::log_line::Level;
use super::*;

fn entries(ids: &[(u64, u64)]) -> Vec<Entry<Bytes>> {
    let entry =
        |&(term, index)| Entry { term, index, payload: Payload::Data(Bytes::from("0123456789")) };
    ids.iter().map(entry).collect()
}

fn id(term: u64, index: u64) -> EntryId {
    EntryId { term, index }
}

fn silent() -> Lines {
    Lines::new(1, Level::None)
}

/// A log compacted up to 1/1, with `stored` and `unstable` entries.
fn log(stored: &[(u64, u64)], unstable: &[(u64, u64)]) -> RaftLog<Bytes> {
    let mut storage = Storage::from_snapshot(Arc::new(Snapshot {
        last: id(1, 1),
        conf_state: ConfState::of_voters([1]),
        data: (),
    }));
    storage.append(&entries(stored));
    let mut log = RaftLog::new(storage, u64::MAX);
    log.append(&entries(unstable), &mut silent());
    log
}

fn ids(log: &RaftLog<Bytes>) -> Vec<(u64, u64)> {
    let all = log.range(0, u64::MAX);
    all.map(|entry| (entry.term, entry.index)).collect()
}

#[test]
fn terms_are_known_from_the_entry_before_the_first_to_the_last() {
    let log = log(&[(1, 2), (2, 3)], &[(3, 4)]);
    let check = |index, term| assert_eq!(log.term(index), term, "{index}");
    check(0, Err(StorageError::Compacted));
    check(1, Ok(1));
    check(3, Ok(2));
    check(4, Ok(3));
    check(5, Err(StorageError::Unavailable));
    check(u64::MAX, Err(StorageError::Unavailable));
}

#[test]
fn the_later_term_and_then_the_longer_log_is_up_to_date() {
    let log = log(&[(1, 2), (2, 3)], &[(3, 4)]);
    let check = |last, expected| assert_eq!(log.is_up_to_date(last), expected, "{last:?}");
    check(id(4, 2), true);
    check(id(4, 9), true);
    check(id(2, 9), false);
    check(id(3, 3), false);
    check(id(3, 4), true);
    check(id(3, 5), true);
}

#[test]
fn entries_are_taken_in_only_where_they_continue_the_log() {
    type Ids<'a> = &'a [(u64, u64)];
    let check = |previous, new: Ids, commit, taken, all: Ids, committed| {
        let mut log = log(&[(1, 2)], &[(2, 3), (3, 4)]);
        log.committed = 2;
        let found = log.maybe_append(previous, &entries(new), commit, &mut silent());
        assert!(found.as_ref().is_ok_and(|found| *found == taken), "{found:?}");
        assert_eq!((ids(&log).as_slice(), log.committed), (all, committed));
    };
    let same: Ids = &[(1, 2), (2, 3), (3, 4)];
    // What does not match is refused.
    check(id(2, 4), &[(4, 5)], 4, None, same, 2);
    check(id(3, 5), &[(4, 6)], 4, None, same, 2);
    // What matches and is empty tells only the commit index, up to where the logs are equal.
    check(id(3, 4), &[], 4, Some(4), same, 4);
    check(id(3, 4), &[], 3, Some(4), same, 3);
    check(id(2, 3), &[], 4, Some(3), same, 3);
    check(id(3, 4), &[], 0, Some(4), same, 2);
    // What continues the log is appended.
    let longer: Ids = &[(1, 2), (2, 3), (3, 4), (4, 5)];
    check(id(3, 4), &[(4, 5)], 4, Some(5), longer, 4);
    check(id(3, 4), &[(4, 5)], 9, Some(5), longer, 5);
    // What is there already is left alone, be it more or less.
    check(id(1, 2), &[(2, 3)], 3, Some(3), same, 3);
    check(id(1, 2), &[(2, 3), (3, 4), (4, 5)], 3, Some(5), longer, 3);
    // What differs is replaced.
    check(id(1, 2), &[(4, 3)], 3, Some(3), &[(1, 2), (4, 3)], 3);
    check(id(2, 3), &[(4, 4), (4, 5)], 3, Some(5), &[(1, 2), (2, 3), (4, 4), (4, 5)], 3);
}

#[test]
fn what_is_committed_does_not_change() {
    let mut log = log(&[(1, 2)], &[(2, 3)]);
    log.committed = 3;
    let taken = log.maybe_append(id(1, 2), &entries(&[(3, 3)]), 3, &mut silent());
    assert!(matches!(taken, Err(Store::ConflictWithCommitted { index: 3, commit: 3 })));
    let lost = log.commit_to(4);
    assert!(matches!(lost, Err(Store::CommitOutOfRange { commit: 4, last_index: 3 })));
}

#[test]
fn conflicts_are_skipped_by_term() {
    let log = log(&[(1, 2), (2, 3), (2, 4)], &[(2, 5), (4, 6), (5, 7)]);
    let check = |known, found| assert_eq!(log.find_conflict_by_term(known), found, "{known:?}");
    check(id(9, 100), id(0, 100));
    check(id(5, 7), id(5, 7));
    check(id(4, 7), id(4, 6));
    check(id(3, 7), id(2, 5));
    check(id(2, 4), id(2, 4));
    check(id(1, 7), id(1, 2));
    check(id(1, 1), id(1, 1));
    check(id(0, 7), id(0, 0));
    check(id(3, 0), id(0, 0));
}

#[test]
fn reading_is_limited_in_size() {
    let log = log(&[(1, 2), (1, 3)], &[(2, 4), (2, 5)]);
    let size = entries(&[(1, 2)])[0].encoded_len();
    let check = |from, size_max, expected: Result<&[u64], StorageError>| {
        let found = log.entries_from(from, size_max);
        let found = found.map(|run| run.iter().map(|entry| entry.index).collect::<Vec<_>>());
        assert_eq!(found, expected.map(<[u64]>::to_vec), "{from} {size_max}");
    };
    check(1, u64::MAX, Err(StorageError::Compacted));
    check(2, u64::MAX, Ok(&[2, 3, 4, 5]));
    check(2, 0, Ok(&[2]));
    check(2, 3 * size, Ok(&[2, 3, 4]));
    check(3, 2 * size, Ok(&[3, 4]));
    check(5, u64::MAX, Ok(&[5]));
    check(6, u64::MAX, Ok(&[]));
}

#[test]
fn applying_waits_for_storage_limits_and_snapshots() {
    let check = |allow_unstable, size_max, committed, expected: &[u64]| {
        let mut log = log(&[(1, 2)], &[(1, 3), (1, 4)]);
        log.applying_size_max = size_max;
        log.committed = committed;
        let next = log.next_committed_entries(allow_unstable);
        let found: Vec<u64> = next.iter().map(|entry| entry.index).collect();
        assert_eq!(found, expected);
        assert_eq!(log.has_next_committed_entries(allow_unstable), !expected.is_empty());
    };
    check(true, u64::MAX, 1, &[]);
    check(true, u64::MAX, 4, &[2, 3, 4]);
    check(true, 1, 4, &[2]);
    check(false, u64::MAX, 4, &[2]);

    let mut log = log(&[(1, 2)], &[(1, 3), (1, 4)]);
    log.committed = 4;
    let size = entries(&[(1, 2)])[0].encoded_len();
    log.applying_size_max = 2 * size;
    log.accept_applying(3, 2 * size, true);
    assert!(!log.has_next_committed_entries(true), "the limit is reached");
    log.applied_to(2, size);
    assert!(log.has_next_committed_entries(true), "one was applied");
    let snapshot = Snapshot { last: id(3, 9), conf_state: ConfState::of_voters([1]), data: () };
    log.restore(Arc::new(snapshot), &mut silent());
    assert!(!log.has_next_committed_entries(true), "a snapshot comes first");
    assert_eq!((log.first_index(), log.last_id()), (10, id(3, 9)));
}

#[test]
fn only_entries_of_the_own_term_are_committed_directly() {
    let check = |term, index, news| {
        let mut log = log(&[(1, 2)], &[(1, 3), (2, 4)]);
        assert_eq!(log.maybe_commit(id(term, index)), news);
        assert_eq!(log.committed, if news { index } else { 1 });
    };
    check(2, 4, true);
    check(2, 3, false);
    check(1, 3, true);
    check(2, 5, false);
    check(1, 1, false);
    check(0, u64::MAX, false);
}

// Package cache is the client's copy, in Badger, of what its person may see:
// tickets with their entries, reference data, the lists they stand in and the
// positions of the lanes they came by. Every list and ticket is answered from
// it; the server is only asked for what changed.
//
// # What is truth and what can be rebuilt
//
// Nothing here is truth. All of it can be fetched again, so a cache that cannot
// be trusted is moved aside and loaded anew, and no format is ever migrated.
// What only this computer knows lies in package outbox. Within the cache, heads
// and entries are kept as the bytes that were committed at the server; rows,
// counts and words are worked out from the heads and are rebuilt when the
// person's rights or the rules change.
//
// # Commits
//
// One transaction holds a batch's items, the rows, counts and words they move,
// and the lane's cursor. Applying a batch costs what the batch changes,
// whatever the size of the cache. What is too large for one transaction is cut
// into pieces that each leave the cache whole, with the cursor in the last, so
// that a crash repeats work and never skips it.
//
// A ticket is visible through a set of lanes. When the last one lets go of it,
// its head, entries, rows and words go in the same transaction.
//
// # Search
//
// What the search finds is in segments of an inverted index (segments.go, and
// package terms): written in the same transaction as the entry, encrypted with
// the store, and gone with the ticket. Search gives what fits newest first,
// Related what has most in common with a text, and Coverage says how much of
// what is here the search knows yet.
//
// # Orders
//
// A list is kept in the order of the queue, and beside it in another one for as
// long as its person wants that (KeepSorted): as a view of its own, filled in
// steps between which others write. So a page and a change cost the same in
// every order, and an order nobody uses costs nothing.
//
// # Damage
//
// Badger does not report it (RELIABILITY 0.3), in its tables or its value log. So every value carries a
// checksum over its key and itself, entries and rows must be dense where the
// numbers say they are, the blocks of a view must add up to its count, and the
// commits of a run are numbered so that one missing from the middle is seen at
// the next open; the number of the last one stands in a file beside the store,
// so that missing newest ones are seen too. What does not fit is answered with
// CodeDamaged and told to OnDamage. Some things are found only by reading the
// tables whole, which Verify does a little after each open: a flipped bit in the
// key of a word, which hides the ticket from a search for it, one in the key
// that ties a ticket to a lane, which keeps the ticket past the lane's end, and
// one in the number of a value's version, which can bring an older one back. A
// table that is merged into others before Verify has read it is beyond that.
//
// # Opening
//
// Opening reads a few keys for each lane and view and no ticket. The options
// are those of RELIABILITY 1.10, except that conversations lie in the value log
// (see longValue), that level 0 may pile up, and that tables are verified at open only
// after two runs in a row that did not end well, and else by Verify: it reads and decrypts
// the whole store, which grows with the desk, while nearly all it finds is also found
// by the checks above when it is read. A table so broken that Badger ends the
// process over it is still caught, by the third start at the latest. With
// 100,000 tickets, opening and reading the first page takes 8 to 20 ms of CPU,
// as with 1,000; verifying the tables adds half a second.
package cache

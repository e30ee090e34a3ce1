// Package authority is the server's decision point. Every change to a desk goes
// through it, whoever asks: it authenticates, authorises, decides, commits, and
// only then tells.
//
//	sessions ──Execute──► queue ──► committer ──► one Store.Update per batch
//	                                   │              (decide, apply, receipt, audit)
//	                                   └─ after commit ─► receipts, told(how lanes moved)
//
// # One committer
//
// A single goroutine takes whatever is queued and commits it together, so that
// many commands share one fsync. Nothing is answered before the commit returned.
//
// # Exactly once
//
// A command carries its device's dense number. A number that was spent is
// answered with the receipt it got; with other bytes than it had it is answered
// with CodeForked, because then two copies of a device exist. A number that
// skips one is answered with the gap. A refused, held or conflicting command is
// a receipt like any other: durable, and the sequence moves on.
//
// # Failure
//
// What is wrong with a command is its receipt. What is wrong with us (a full
// disk, a database that is away) spends no number: the answer says "again
// later", and nothing happened. A panic in the rules becomes a refused receipt,
// so one poisonous command cannot stop a desk.
package authority

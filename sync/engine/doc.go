// Package engine is the client's end of the protocol: it keeps a connection to
// the server, brings the local store up to date, and sends what the outbox
// holds. It decides nothing about tickets and keeps nothing itself.
//
// # States
//
//	offline ──try──► connecting ──welcome──► syncing ──lanes current──► live
//	   ▲                  │                      │                        │
//	   └── wait, jitter ◄─┴──────────────────────┴──── socket ended ──────┘
//	                      │
//	                      └─ signed out, too old, forked ─► refused (until Kick)
//
// Nothing but a receipt means that a command arrived, and nothing but a batch
// or page means that the store is current. A socket that ended says neither,
// so every end, whatever its code, is followed by the same thing: come back
// and resume by cursor and by number.
//
// # Order of work after a welcome
//
// Receipts, purge, deltas, resend; each has a reason. Receipts first, or a
// command that was done would be sent again. Purge before anything is shown,
// so that what is not theirs any more is gone. Deltas before the resend, so that a
// held reply finds here what it is held against. Snapshots, which may be long,
// run beside the resend.
//
// # Goroutines
//
// One runs the states. While connected one more handles a session; it alone
// touches the session's fields, and the connection's reader feeds it through a
// channel. One uploads files. Close ends and waits for all of them.
package engine

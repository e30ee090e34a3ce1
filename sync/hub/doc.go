// Package hub holds the sessions of a server and brings each one up to date.
//
// There is one way data reaches a session: it catches up from its cursors.
// Live delivery is a catch-up of one.
//
//	Moved(lanes) ─► dispatcher ─► sessions of those lanes ─► run queue
//	                                                           │ workers
//	     step(lane, cursor): encoded once, shared ◄────────────┘
//	              │
//	              └─► session's connection, at most 8 batches unacknowledged
//
// # What it costs
//
// Work after a change is the subscribers of the lanes that moved; who may
// listen to a lane is decided when the session subscribes. A step from one
// cursor is encoded once for all sessions that stand there. Its bytes are those
// the commit handed over, where it did, and else read from the store; they are
// the same. A session that does not acknowledge is skipped and catches up later:
// it costs its own bound and delays nobody.
//
// # Rights
//
// Every step carries the rights revision of the snapshot it was read in, and a
// session hears nothing from a revision it has not been checked against. A
// change of rights made by another process is therefore safe even before the
// poll finds it: the first batch that could follow it forces the check. A
// session whose rights changed is told its new lanes before anything else; one
// that lost all of them is closed with 4003.
//
// # Locks
//
// Hub.mu guards the maps of sessions and lanes and is never held over a read
// or a send. Lane.mu guards a lane's steps and is held while one is read, so
// that many sessions at one cursor cause one read. Session.mu guards a session
// and is taken before Lane.mu, never after.
package hub

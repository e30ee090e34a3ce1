// Package outbox keeps what only this computer knows: the commands the server
// has not answered yet and the drafts. Both lie in append-only files of their
// own beside the throw-away cache, because the cache's fsync cannot be relied
// on (RELIABILITY 0.2). When Add or PutDraft has returned, what was given
// survives a crash, a power cut and a full disk.
//
// # States
//
//	Add ──► queued ──Next──► sent ──Settle──► confirmed   kept a while for Requeue
//	          ▲  │             │                 │
//	          │  │             └──Settle──► held │ conflict │ refused
//	          │  └─Discard─► gone      Edit, Retry │  └─Discard─► gone
//	          ├────────────────────────────────────┘
//	          └── Requeue (restored server), Fork (cloned device)
//
// Only queued items and those that came back may be changed or dropped: what
// may have reached the server is the server's to answer.
//
// # Numbers
//
// The server takes a device's commands in the order of their dense numbers. An
// item gets its number when it is first given out by Next, in a record that is
// durable before Next returns, so a crash between numbering and sending leaves
// an item that is resent, never a gap and never a number used twice.
//
// # Files
//
// outbox.log and drafts.log are the truth and cannot be rebuilt. Each record is
// encrypted and carries a checksum; see logFile for the layout. At open a torn
// tail, which nobody was told was kept, is cut off. Any other damage is copied
// aside, everything that can still be read is kept, and Opened says so. A file
// of another key is refused and left alone. reserve holds 16 MiB of the disk
// for the day it is full.
package outbox

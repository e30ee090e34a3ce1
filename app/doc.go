// Package app is what the page may call: one file per subject, thin. It turns
// what a person does into commands for the outbox, lays what is not yet
// confirmed over the cache through the same rules the server uses, and tells
// the page of every change as one typed map of events.
//
// # Where truth lies
//
// The cache holds what the server confirmed, the outbox what this computer
// still owes, the drafts what was not sent at all. A ticket as the page sees it
// is computed from the three each time it is asked for; nothing pending is ever
// written into the cache (RELIABILITY 3.1), and "confirmed" is said only of an
// entry that came back from the server.
//
// # States
//
//	signed out ──SignIn, AcceptInvitation──► ready ──SignOut──► signed out
//	locked ──Unlock──► ready        (no keyring: the key is sealed by a password)
//	problem                         (another copy runs, the disk is full, …)
//
// Everything that needs a session asks [API.session] for it and gets an error
// with a sentence when there is none. The package imports no window and no
// socket library: those are behind [Shell] and sync/engine.
package app

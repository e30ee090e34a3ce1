// Package flow holds every rule of a ticket's life in one pure function.
//
// [Decide] takes what is known, what is asked, who asks and when, and gives
// the ticket's head after it with the entries it added, or an error that says
// why nothing happened. The server runs it to decide. A client runs the same
// function to show a result before the server has answered.
//
// # The life of a ticket
//
//	            staff looks        somebody takes it
//	   New ───────────────► Triage ─────────────────► InProgress ◄──────────┐
//	    │  staff replies       ▲ passed on, or put back   │  staff replies  │ customer
//	    └──────────────────────┼──────────────────────────┴──► Waiting on ──┤ writes
//	                           │                               customer,    │
//	                           │ reopened with nobody          third party, │
//	                           │                               On hold ─────┘
//	Solved, Closed ────────────┴─ reopened with an assignee ─► InProgress
//
// Nothing leads back to New. A customer's message on a solved ticket always
// opens it again; on a closed one it does so within the department's window.
//
// # Which form is decided on
//
// On the server, and for staff everywhere, the head is the staff record, and
// the Public fields carry the customer's counters beside it. A customer's
// client holds the customer's form: the plain fields are the customer's own
// and PublicVersion is 0. Decide then works on the plain fields alone.
//
// # What it promises
//
// A command that adds nothing public leaves access.Customer of the head as it
// was; one that changes it advances PublicVersion by exactly one. The ledger
// builds on that: no new PublicVersion, no row in any customer's lane.
package flow

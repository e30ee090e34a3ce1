// Package desk is Docket's vocabulary: tickets, entries, people, departments,
// commands and what came of them. Every other package speaks in its terms; it
// imports the standard library only and holds no clock, no store and no socket.
//
// # Records and views
//
// A ticket is a head ([Ticket]) and an append-only conversation of entries
// ([Entry]). Both exist in two audiences that are two Go types: the staff
// record, and [CustomerTicket] / [CustomerEntry], which have no field that
// could hold something internal. Package access owns the only functions that
// turn the first into the second.
//
// The customer types use the same field keys as the staff types, so a client
// decodes whichever form it was sent into Ticket and Entry and finds what it
// may not know at its zero value. The reverse never happens: the server keeps
// and sends the two forms as different rows.
//
// # Positions
//
// Seq counts the entries of a ticket, densely from 1, as the reader's audience
// sees them: an internal entry takes a staff Seq and no customer Seq. Version
// counts the changes of a head, again per audience. A customer can therefore
// not tell from any number that something internal happened.
package desk

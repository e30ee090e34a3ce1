// Package order is the check that what many people do to a ticket at the same
// time has one order everybody could have seen, and that a command happens
// once. Computers of several people send commands to the real server (door,
// hub, authority, SQLite) over the network of simnet, in fake time, while
// connections break, answers are lost, commits fail and the server restarts.
// Whoever gets no answer sends the same again: on the next connection, on two
// at once, to the authority beside the socket, and from another computer of the
// same person.
//
// Two histories are recorded and given to porcupine, which looks for an order
// that explains every answer:
//
//   - of each ticket: its commands and what was read of its head, against a
//     model of status, priority, assignee, department, version and the number
//     of entries written here anew. A command is one operation however often it
//     was sent.
//   - of each device: every single push and hello, against a table with a
//     number for each command and one receipt for each number.
//
// An operation without an answer may have happened at any time after it began,
// or never. Times are taken from a counter, so that within one fake instant too
// what was answered before something else began counts as before it.
package order

// Package ledger is the server's system of record, in SQL: SQLite beside the
// program by default, PostgreSQL when a desk outgrows one machine. Both run the
// same statements; one conformance suite holds them to it.
//
// # What is truth
//
// Heads, entries, read positions, results of commands, people, devices and the
// audit are truth. Lanes are truth about order: their rows are written in the
// transaction of the change they tell of and are never rewritten. Only the
// snapshot index (lane_tickets) and the sizes beside heads could be computed
// again. Heads and entries are kept as the bytes they were encoded to when they
// were committed, once per audience, in tables of their own per audience: no
// statement for a customer names a staff table.
//
// # Order
//
// A lane is dense from 1. Each of its rows carries h, the first 16 bytes of
// SHA-256(h before ‖ seq ‖ d), where d is the SHA-256 of the row's facts and of
// the bytes it led to. A cursor is (epoch, seq, h); one that is not in the
// chain gets a snapshot. The epoch changes only when a backup is restored.
//
// Writers take turns: the first statement of every transaction that writes
// takes the one row of the table state, in every process that shares the
// database. So what a reader sees is always a prefix of history, and a sequence
// can never show 7 while 6 is still on its way. Group commit makes turns cheap.
// What a transaction decides is written at its end, many rows with one statement,
// or when something reads the tables meanwhile. What the transaction directly
// before it left in memory is not read again; the count of commits in state
// tells whether another process had a turn since.
package ledger

// Package simnet is a network in memory with time in it: bytes take as long as
// their line says, wait while it is cut off, arrive after their sender hung up,
// and are lost when the connection is reset. It is made for bubbles of
// testing/synctest, where that time costs nothing; everything that waits does
// so on channels.
//
// What it cannot do: reorder or repeat bytes within a connection, which TCP
// forbids. Between connections both happen: what an old connection still
// carries arrives after a new one of the same client was opened.
package simnet

// Package link is one websocket connection, the same on both ends: one
// goroutine reads, at most one writes, and nobody who sends ever waits. Gorilla
// makes the connection; frames are written here, and at a server read here.
//
// # Sending
//
// Send puts a frame into a queue bounded by bytes and by frames. A queue that
// runs over means that the peer reads too slowly: the queue is dropped, the
// connection is closed with 4008, and the peer resumes by cursor. A frame that
// was sent is not a frame that arrived; only an answer says that.
//
// On a plain socket the sender itself writes what the socket takes at once.
// What is left, and everything over TLS, is written by a goroutine that lives
// until the queue is empty, many small frames with one write.
//
// # What an idle connection costs a server
//
// One goroutine that waits for the first byte on a stack of 2 KiB, a buffer of
// 256 bytes and this package's Conn; no timer, no channel, nothing to write with.
// Whatever a message made of the stack is left behind: the next is waited for by
// a fresh goroutine.
//
// # States
//
//	open ──Close/Fail, error, peer's close, silence, overflow──► ending ──► ended
//
// While ending nothing more is queued or handed to the handler. What was
// queued before Close is still written, the close frame goes out, and the peer
// has a second to answer it, so that the frame is not lost to a reset. Then
// the socket is closed, the handler's Closed is called once, and Done is
// closed. Close waits for that; Fail does not and may be called from a handler.
//
// # Liveness
//
// Each end pings every 25 seconds and ends the connection after 60 seconds in
// which it heard nothing at all. The reader's deadline is the timer of both. This proves the socket; that the program
// behind it is alive is proved by the ping frame of the protocol.
package link

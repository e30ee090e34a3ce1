// Package wire is the protocol between client and server: one struct per frame,
// the CBOR codec with its hard limits, the protocol version with its history,
// and the close codes. It moves bytes and knows no rule of the desk; see
// sync/PROTOCOL.md for what each side does with a frame.
package wire

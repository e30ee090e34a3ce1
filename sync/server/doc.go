// Package server is docketd's door: sign-in, the websocket and attachments over
// HTTP on one listener, health and metrics on another that only this computer
// reaches. It moves bytes between them and authority, hub and the store, and
// decides nothing but who may come through.
//
// Errors are a desk.Error as JSON with a fitting status; paths nobody knows get
// a plain 404 that tells nothing. A request from a web page (one with an Origin)
// is refused everywhere: the native client sends none.
package server

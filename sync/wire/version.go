package wire

import (
	"fmt"

	"docket/app/desk"
)

// The protocol version is one integer. A change that an older peer would
// misread takes the next number and a line here; a new optional field does not.
//
//	1  first: hello/welcome, lanes with batches and pages, commands with receipts
const (
	// Version is what this program speaks.
	Version = 1
	// Oldest is the oldest version this program still speaks.
	Oldest = 1
	// OldestWriter is the oldest client version that may still write; older
	// ones down to Oldest read (BEHAVIOURS 0.24).
	OldestWriter = 1
)

// Subprotocol is the websocket subprotocol; its absence tells that something
// else answered.
const Subprotocol = "docket"

// Agree picks the version for a connection: the newest both speak. The error
// is for the client's person and has Code server_old or client_old.
func Agree(clientMin, clientMax, serverMin, serverMax int) (int, error) {
	switch {
	case clientMax < serverMin:
		return 0, &desk.Error{
			Code:    desk.CodeClientOld,
			Message: "This Docket is too old for the server.",
			Hint:    "Install the newest version. Everything written here is kept and sent afterwards.",
			Err:     fmt.Errorf("client speaks %d to %d, server %d to %d", clientMin, clientMax, serverMin, serverMax),
		}
	case clientMin > serverMax:
		return 0, &desk.Error{
			Code:    desk.CodeServerOld,
			Message: "The server is too old for this Docket.",
			Hint:    "Ask whoever runs the server to update it. Everything written here is kept and sent afterwards.",
			Err:     fmt.Errorf("client speaks %d to %d, server %d to %d", clientMin, clientMax, serverMin, serverMax),
		}
	}
	return min(clientMax, serverMax), nil
}

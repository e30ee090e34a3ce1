package wire

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"docket/app/desk"
)

// The close codes of the websocket, in two ranges. A client treats every
// other code as "unknown, come back": a socket that ended says nothing about
// what arrived.
//
// 4000 to 4007, stay away: coming back with the same token and program would
// end the same way. The person has to do something first.
const (
	CloseSignIn    = 4001 // the token is unknown or has expired: sign in again
	CloseRevoked   = 4003 // this device or person lost access
	CloseClientOld = 4004 // the client's newest version is below the server's oldest
	CloseServerOld = 4005 // the client's oldest version is above the server's newest
	CloseForked    = 4006 // this device's numbers are used by a copy of it
)

// 4008 to 4099, and the standard codes, come back: after the delay the reason
// names, or after the client's own if it names none, and resume by cursor.
const (
	CloseSlow     = 4008 // the client read too slowly; its queue was dropped
	CloseSnapshot = 4010 // a lane must be taken anew; hello again and be told which
	CloseLate     = 4011 // no hello within five seconds
	CloseBroken   = 4012 // a frame broke the protocol; a fault of one of the two programs
	CloseSilent   = 4013 // nothing heard for too long
	CloseTooMany  = 4014 // too many connections or frames from this device or person
	CloseReplaced = 4015 // the same device connected again; this is the older socket

	CloseNormal  = 1000 // the program ends or the person signed out
	CloseTooBig  = 1009 // a frame above the limit
	CloseFault   = 1011 // a fault of the server's
	CloseRestart = 1012 // the server restarts or drains
)

// StayAway reports whether a client that was closed with code must not come
// back by itself.
func StayAway(code int) bool { return code >= 4000 && code <= 4007 }

// CloseReason builds the text of a close frame: an optional hint when to come
// back and a few words for the log, 123 bytes at most as websocket demands.
func CloseReason(after time.Duration, text string) string {
	s := text
	if after > 0 {
		s = "after=" + strconv.FormatInt(after.Milliseconds(), 10) + " " + text
	}
	if len(s) > 123 {
		s = strings.ToValidUTF8(s[:123], "")
	}
	return s
}

// maxAfter bounds a server's hint, so that a wrong one does not silence a
// client for days.
const maxAfter = 10 * time.Minute

// ParseCloseReason reads what CloseReason built; after is 0 if there is none.
func ParseCloseReason(s string) (after time.Duration, text string) {
	rest, ok := strings.CutPrefix(s, "after=")
	if !ok {
		return 0, s
	}
	num, text, _ := strings.Cut(rest, " ")
	ms, err := strconv.ParseInt(num, 10, 64)
	if err != nil || ms < 0 {
		return 0, s
	}
	return min(time.Duration(min(ms, maxAfter.Milliseconds()))*time.Millisecond, maxAfter), text
}

// CloseCode gives the code a server closes with because of err.
func CloseCode(err error) int {
	switch e := desk.AsError(err); {
	case e == nil:
		return CloseNormal
	case e.Code == desk.CodeSignIn:
		return CloseSignIn
	case e.Code == desk.CodeDenied:
		return CloseRevoked
	case e.Code == desk.CodeClientOld:
		return CloseClientOld
	case e.Code == desk.CodeServerOld:
		return CloseServerOld
	case e.Code == desk.CodeForked:
		return CloseForked
	case e.Code == desk.CodeInvalid:
		return CloseBroken
	case e.Code == desk.CodeTooLarge:
		return CloseTooBig
	case e.Code == desk.CodeTooMany:
		return CloseTooMany
	}
	return CloseFault
}

// CloseError gives what a client tells its person after a close.
func CloseError(code int, reason string) *desk.Error {
	e := &desk.Error{Err: fmt.Errorf("closed with %d: %s", code, reason)}
	switch code {
	case CloseSignIn:
		e.Code = desk.CodeSignIn
		e.Message = "You were signed out by the server."
		e.Hint = "Sign in again. What you wrote is kept here and is sent afterwards."
	case CloseRevoked:
		e.Code = desk.CodeSignIn
		e.Message = "Your access to this desk was taken away."
		e.Hint = "If that is a mistake, ask whoever runs the desk. Drafts and unsent messages stay on this computer."
	case CloseClientOld:
		e.Code = desk.CodeClientOld
		e.Message = "This Docket is too old for the server."
		e.Hint = "Install the newest version. Everything written here is kept and sent afterwards."
	case CloseServerOld:
		e.Code = desk.CodeServerOld
		e.Message = "The server is too old for this Docket."
		e.Hint = "Ask whoever runs the server to update it. Everything written here is kept and sent afterwards."
	case CloseForked:
		e.Code = desk.CodeForked
		e.Message = "A copy of this computer's Docket is sending in its place."
		e.Hint = "Sign in again so that the two are told apart. What was not sent yet is kept here."
	default:
		e.Code = desk.CodeOffline
		e.Message = "The connection to the server was lost."
		e.Hint = "Docket tries again by itself. You can go on working."
	}
	return e
}

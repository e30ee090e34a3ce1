package desk

import "errors"

// Code names an error for machines; it travels and never changes its meaning.
type Code string

// The codes. "stay" ones will not get better by trying again.
const (
	CodeInternal     Code = "internal"      // a fault of ours; the log has it
	CodeNotFound     Code = "not_found"     // it is not there, or not theirs: one answer
	CodeInvalid      Code = "invalid"       // the input is wrong; Field says where
	CodeDenied       Code = "denied"        // theirs to see, not to do
	CodeHeld         Code = "held"          // see Outcome Held
	CodeConflict     Code = "conflict"      // see Outcome Conflict
	CodeSignIn       Code = "sign_in"       // no, wrong, expired or revoked credentials
	CodeTooLarge     Code = "too_large"     // a size limit; Message has both numbers
	CodeTooMany      Code = "too_many"      // a rate limit; try later
	CodeServerOld    Code = "server_old"    // the server is too old for this program
	CodeClientOld    Code = "client_old"    // this program is too old for the server
	CodeOffline      Code = "offline"       // the server cannot be reached
	CodeNotDocket    Code = "not_docket"    // something answered, but no docketd
	CodeDiskFull     Code = "disk_full"     // no room to keep it safe
	CodeBusy         Code = "busy"          // another copy of the program has it
	CodeDamaged      Code = "damaged"       // a file is not as it was written
	CodeNewer        Code = "newer"         // a file was written by a newer version
	CodeNoKeyring    Code = "no_keyring"    // no place to keep the key; password needed
	CodeForked       Code = "forked"        // this device's numbers are used elsewhere
	CodeWriteRefused Code = "write_refused" // too old to write, can still read
)

// Error is the one error of the domain: Code for machines, Message for people
// (what happened and what it means), Hint (what to do). Err is for the log and
// never reaches a person.
type Error struct {
	Code    Code   `json:"code"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	Field   string `json:"field,omitempty"`
	// Said is the same before its values were put in; nil where there are none,
	// and Message and Hint are what stands in the catalogue.
	Said *Said `json:"said,omitempty"`
	// Current is the value that stood in a conflict; it travels in the receipt.
	Current string `json:"-" cbor:"-"`
	Err     error  `json:"-" cbor:"-"`
}

// Error implements error.
func (e *Error) Error() string {
	if e.Err != nil {
		return string(e.Code) + ": " + e.Message + ": " + e.Err.Error()
	}
	return string(e.Code) + ": " + e.Message
}

// Unwrap gives the error inside.
func (e *Error) Unwrap() error { return e.Err }

// Is matches another *Error with the same code, so that callers may write
// errors.Is(err, desk.ErrNotFound).
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code && t.Message == ""
}

// Sentinels to compare with; they carry no message of their own.
var (
	ErrNotFound = &Error{Code: CodeNotFound}
	ErrInvalid  = &Error{Code: CodeInvalid}
	ErrDenied   = &Error{Code: CodeDenied}
	ErrHeld     = &Error{Code: CodeHeld}
	ErrConflict = &Error{Code: CodeConflict}
	ErrSignIn   = &Error{Code: CodeSignIn}
	ErrOffline  = &Error{Code: CodeOffline}
	ErrDiskFull = &Error{Code: CodeDiskFull}
	ErrBusy     = &Error{Code: CodeBusy}
	ErrDamaged  = &Error{Code: CodeDamaged}
	ErrNewer    = &Error{Code: CodeNewer}

	// ErrNotANumber and ErrCheckDigit are ParseNumber's.
	ErrNotANumber = errors.New("not a ticket number")
	ErrCheckDigit = errors.New("the last digit does not fit the others; one of them may be mistyped")
)

// AsError gives err as a domain error; what is unknown becomes CodeInternal
// with a plain sentence.
func AsError(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Code: CodeInternal, Message: "Something went wrong on our side.", Hint: "Nothing you wrote is lost. Try again.", Err: err}
}

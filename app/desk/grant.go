package desk

import "time"

// Grant allows files above MaxAttachment on a ticket (BEHAVIOURS 2.5, N11). It
// is the newest one; another takes its place.
type Grant struct {
	By PersonID  `json:"by,omitempty"`
	At time.Time `json:"at,omitzero"`
	// Until is by when they are sent, Bytes how much they may have altogether and
	// Used how much of that has arrived.
	Until time.Time `json:"until,omitzero"`
	Bytes int64     `json:"bytes,omitempty"`
	Used  int64     `json:"used,omitempty"`
}

// Left is how many bytes may still be sent at a time; 0 without a grant.
func (g Grant) Left(now time.Time) int64 {
	if g.At.IsZero() || now.After(g.Until) {
		return 0
	}
	return max(g.Bytes-g.Used, 0)
}

// The bounds of a grant.
const (
	MaxGrant     = 50_000_000_000
	MaxGrantDays = 90
)

// The commands about files above MaxAttachment; see AskUpload and GrantUpload.
const (
	CmdAskUpload CommandKind = "ask_upload"
	CmdGrant     CommandKind = "grant"
)

// AskUpload asks to be allowed a file above MaxAttachment. Everybody who reads
// the ticket reads that it was asked.
type AskUpload struct {
	Name  string `json:"name"`
	Bytes int64  `json:"bytes"`
}

// Kind implements Args.
func (AskUpload) Kind() CommandKind { return CmdAskUpload }

// GrantUpload allows files above MaxAttachment, so many bytes for so many days;
// without bytes it ends what was allowed. Staff only.
type GrantUpload struct {
	Bytes int64 `json:"bytes,omitempty"`
	Days  int   `json:"days,omitempty"`
}

// Kind implements Args.
func (GrantUpload) Kind() CommandKind { return CmdGrant }

// UploadAsked is that somebody asked: Text is the file's name and To its bytes.
// UploadGranted is what was allowed: To are the bytes and Until by when; without
// either it was ended.
const (
	UploadAsked   Kind = "upload_asked"
	UploadGranted Kind = "upload_granted"
)

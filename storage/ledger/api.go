package ledger

import (
	"time"

	"docket/app/desk"
)

// Codec turns domain values into the bytes that are stored and sent.
type Codec interface {
	Marshal(v any) ([]byte, error)
	Unmarshal(b []byte, v any) error
}

// AuditRow is one line of the audit: who did what to what, and how it ended.
// It never holds what somebody wrote.
type AuditRow struct {
	At      time.Time
	Person  desk.PersonID
	Device  desk.DeviceID
	Action  string
	Object  string
	Outcome string
}

// Blob is an attachment whose bytes are complete.
type Blob struct {
	Hash desk.BlobHash
	Size int64
	Type string // as the server found it in the bytes
}

// Upload is a transfer that may go on later. One person's uploads are nobody
// else's, also when the bytes are the same.
type Upload struct {
	Person  desk.PersonID
	Hash    desk.BlobHash
	Name    string
	Size    int64
	Offset  int64
	Updated time.Time
}

// Counters is what the store did since it was opened.
type Counters struct {
	Statements  uint64 // sent to the database
	RowsRead    uint64 // rows the database answered with
	RowsWritten uint64 // rows inserted, changed or deleted
	Encodes     uint64 // heads, entries, receipts and references encoded
	Commits     uint64 // transactions that wrote
}

// Report is what a check found. Problems is empty when all is well.
type Report struct {
	Epoch   string        `json:"epoch"`
	Lanes   int           `json:"lanes"`
	Items   int           `json:"items"` // lane rows looked at
	Tickets int           `json:"tickets"`
	Entries int           `json:"entries"`
	Results int           `json:"results"`
	Audit   int           `json:"audit"`
	People  int           `json:"people"`
	Took    time.Duration `json:"took"`
	// Sum is the SHA-256 of a backup's file, when there was one to compare with.
	Sum      string   `json:"sum,omitempty"`
	Problems []string `json:"problems,omitempty"`
}

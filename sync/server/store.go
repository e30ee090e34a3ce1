package server

import (
	"context"
	"io"
	"time"

	"docket/app/desk"
	"docket/app/desk/query"
	"docket/sync/authority"
	"docket/sync/wire"
)

// Store is the ledger as the door needs it.
type Store interface {
	View(ctx context.Context, fn func(Tx) error) error
	Update(ctx context.Context, fn func(Tx) error) error
}

// Tx is one transaction.
type Tx interface {
	DeskName() (string, error)
	Desk() (desk.Desk, error)
	Actor(desk.PersonID) (desk.Actor, error)
	Device(desk.DeviceID) (desk.Device, error)
	// Ticket answers desk.ErrNotFound.
	Ticket(desk.TicketID) (*desk.Ticket, error)
	// QueuePlace says where a ticket stands.
	QueuePlace(*desk.Ticket) (desk.QueuePlace, error)
	// Search looks through the lanes for what fits, a stretch from a place on; open
	// gives the bytes of a file.
	Search(lanes []desk.LaneID, q query.Query, scope query.Scope, open func(desk.BlobHash) (io.ReadSeekCloser, error), from string) (desk.FoundPage, error)
	// FileIn gives the media type of a file that the ticket holds for that
	// audience, or desk.ErrNotFound.
	FileIn(p desk.PersonID, t desk.TicketID, h desk.BlobHash, customer bool) (mediaType string, err error)
	// ArticleFile is the same for a file of an article.
	ArticleFile(a desk.Actor, id desk.ArticleID, h desk.BlobHash) (desk.Attachment, error)
	// Upload is what the person began to send; found is false if they did not.
	Upload(desk.PersonID, desk.BlobHash) (u Upload, found bool, err error)
	SetUpload(desk.PersonID, desk.BlobHash, Upload) error
}

// Upload is a file somebody sends: the size they announced, and once Done the
// type found in its bytes.
type Upload struct {
	Size int64
	Name string
	Type string
	Done bool
	// Beside is how much the person's other files above the limit have that are
	// on their way.
	Beside int64
}

// Files keeps attachments by their content. Staged bytes belong to one person
// until they are whole, so that nobody learns what others have sent.
type Files interface {
	// Offset is how many bytes are staged safely; 0 for nothing.
	Offset(key string) (int64, error)
	// Append adds what r gives at offset, which must be the staged length, and
	// returns the new length once it is on disk, also when r failed midway.
	// Never more than most bytes in all.
	Append(key string, offset int64, r io.Reader, most int64) (int64, error)
	// Commit compares the staged bytes with hash, keeps them and gives the media
	// type found in them; an error with desk.CodeInvalid or desk.CodeDamaged,
	// and nothing staged any more, when they differ.
	Commit(key string, hash desk.BlobHash) (mediaType string, err error)
	// Open gives a file's bytes; the caller must close it.
	Open(hash desk.BlobHash) (io.ReadSeekCloser, error)
}

// Auth is the authority as the door needs it; *authority.Authority is one.
type Auth interface {
	SignIn(context.Context, authority.Asking) (authority.Admitted, error)
	AcceptInvitation(ctx context.Context, code string, q authority.Asking) (authority.Admitted, error)
	Authenticate(ctx context.Context, token string) (desk.Device, desk.Actor, error)
	SignOut(context.Context, desk.Device) error
	Seen(context.Context, desk.Device) error
	Take(context.Context, desk.DeviceID, wire.Take) (wire.Taken, error)
	Members(context.Context, desk.Actor, desk.OrgID) ([]desk.Member, error)
	// PutCall puts a call that was noted under a code on a ticket, or drops it.
	PutCall(context.Context, desk.Device, desk.CommandID, desk.TicketID) error
	SetAway(ctx context.Context, dev desk.Device, who desk.PersonID, away desk.Absence) error
	SetMember(ctx context.Context, dev desk.Device, o desk.OrgID, who desk.PersonID, level desk.OrgAccess) error
	Announce(context.Context, desk.DeviceID, desk.Busy) error
}

// Clock tells the time.
type Clock func() time.Time

package authority

import (
	"context"
	"time"

	"docket/app/desk"
)

// Store is the ledger as the authority needs it. A function given to Update
// runs in one transaction that is durable when Update returns nil; it may run
// more than once.
type Store interface {
	Update(ctx context.Context, fn func(Tx) error) error
	View(ctx context.Context, fn func(Tx) error) error
}

// Tx is one transaction.
type Tx interface {
	People
	Secrets
	Devices
	Results
	Records
	Ends
	Noted
	// SavedViews gives the view under v's id, nil for none, and those v will stand
	// beside: of its department, or of its person.
	SavedViews(p desk.PersonID, v desk.SavedView) (*desk.SavedView, []desk.SavedView, error)
	// KeepView keeps a view, or ends it, and tells whose it is.
	KeepView(desk.SaveView) error
	// Help gives what of the knowledge base a command of p's is about.
	Help(p desk.PersonID, args desk.Args) (desk.Help, error)
	// KeepHelp keeps what p did there and tells it to whom it is for.
	KeepHelp(p desk.PersonID, ch desk.HelpChange) error
	// ArticleFile describes a file of an article that they may read, or answers
	// desk.ErrNotFound.
	ArticleFile(a desk.Actor, id desk.ArticleID, h desk.BlobHash) (desk.Attachment, error)
	Others
}

// Others is who of the team is at the other servers of the desk.
type Others interface {
	Elsewhere(now time.Time) ([]desk.Present, error)
}

// Ends is the tickets that are deleted. Purge deletes some with all that names
// their words and tells their lanes, and WasPurged reports whether there was one
// of that id.
type Ends interface {
	Purge([]desk.TicketID) error
	WasPurged(desk.TicketID) (bool, error)
}

// People is who there is. Actor and PersonByLogin answer desk.ErrNotFound for
// nobody; Actor also does for a disabled person.
type People interface {
	Place() (desk.Place, error)
	Actor(desk.PersonID) (desk.Actor, error)
	Follows(desk.PersonID) ([]desk.Follow, error)
	PersonByLogin(idOrEmail string) (desk.Person, error)
	PutPerson(desk.Person) ([]desk.Cursor, error)
}

// Secrets is what people prove themselves with. Credential answers
// desk.ErrNotFound when the person never had a password, UseInvitation when
// the code is unknown, spent or expired.
type Secrets interface {
	Credential(desk.PersonID) (string, error)
	SetCredential(person desk.PersonID, phc string) error
	UseInvitation(hash []byte, now time.Time) (desk.PersonID, error)
}

// Devices is where people are signed in. A device that is not there is
// desk.ErrNotFound; a revoked one is returned and says so.
type Devices interface {
	Device(desk.DeviceID) (desk.Device, error)
	DeviceByToken(sha256 []byte) (desk.Device, error)
	PutDevice(d desk.Device, tokenHash []byte) error
	RevokeDevice(desk.DeviceID) error
	Touch(d desk.DeviceID, now time.Time) error
}

// Results is how commands ended. SaveResult advances the device's sequence and
// refuses a gap. ResultOf finds the receipt a command of this person got under
// any number of any device.
type Results interface {
	Result(d desk.DeviceID, dseq uint64) (desk.Receipt, bool, error)
	ResultOf(person desk.PersonID, cmd desk.CommandID) (desk.Receipt, bool, error)
	SaveResult(d desk.DeviceID, dseq uint64, r desk.Receipt) error
	Audit(Row) error
}

// Records is the tickets. Ticket answers desk.ErrNotFound. MayUse gives size and
// type of a file the person may attach, because they sent its bytes themselves
// or the ticket holds it already in their audience; else desk.ErrNotFound.
// QueueHead gives the first that fits of the tickets that wait in the queues of
// the departments, as one queue; else desk.ErrNotFound.
type Records interface {
	Ticket(desk.TicketID) (*desk.Ticket, error)
	Tail(id desk.TicketID, after uint64) ([]desk.Entry, error)
	QueueHead(depts []desk.DeptID, fits func(*desk.Ticket) bool) (*desk.Ticket, error)
	// OnPlanned reports whether somebody works on something that is planned.
	OnPlanned(desk.PersonID) (bool, error)
	// Doubted are the tickets of a person whose urgency waits for the team's word.
	Doubted(desk.PersonID) ([]*desk.Ticket, error)
	ReadUpTo(desk.PersonID, desk.TicketID) (uint64, error)
	// Reached reports whether a person has a computer that is signed in.
	Reached(desk.PersonID) (bool, error)
	MayUse(p desk.PersonID, h desk.BlobHash, t desk.TicketID, customer bool) (desk.Attachment, error)
	Apply(ch desk.Change, actor desk.PersonID) (desk.Ticket, []desk.Cursor, error)
	// Announce gives the lanes that were told.
	Announce(desk.Busy) ([]desk.Cursor, error)
	// Moved is what everything applied so far did to the lanes.
	Moved() []desk.Move
}

// Row is one line of the audit: who did what to what, and how it ended. It
// never holds what somebody wrote.
type Row struct {
	At      time.Time
	Person  desk.PersonID
	Device  desk.DeviceID
	Action  string
	Object  string
	Outcome string
}

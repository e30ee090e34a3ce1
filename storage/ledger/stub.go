package ledger

import (
	"context"
	"errors"
	"time"

	"docket/app/desk"
)

var errStub = errors.New("not there yet")

// Ledger is an open store. Its methods may be used by any number of goroutines.
type Ledger struct{}

// Tx is one transaction; it belongs to the goroutine that was given it.
type Tx struct{}

func Open(ctx context.Context, dsn string, codec Codec) (*Ledger, error) { return nil, errStub }
func (l *Ledger) Close() error                                           { return errStub }
func (l *Ledger) Epoch() string                                          { return "" }
func (l *Ledger) Counters() Counters                                     { return Counters{} }
func (l *Ledger) Update(ctx context.Context, fn func(*Tx) error) error   { return errStub }
func (l *Ledger) View(ctx context.Context, fn func(*Tx) error) error     { return errStub }

// Check is the self-check at start; CheckAll reads everything.
func (l *Ledger) Check(ctx context.Context) (Report, error)    { return Report{}, errStub }
func (l *Ledger) CheckAll(ctx context.Context) (Report, error) { return Report{}, errStub }

// Trim moves the floors of lanes: keeps at most keep rows and none older than before.
func (l *Ledger) Trim(ctx context.Context, keep int, before time.Time) (removed int, err error) {
	return 0, errStub
}
func (l *Ledger) Backup(ctx context.Context, file string) (Report, error) { return Report{}, errStub }
func Verify(ctx context.Context, file string, codec Codec) (Report, error) {
	return Report{}, errStub
}
func Restore(ctx context.Context, file, dsn string, codec Codec) (Report, error) {
	return Report{}, errStub
}

func (tx *Tx) Desk() (desk.Desk, error)                                            { return desk.Desk{}, errStub }
func (tx *Tx) Place() (desk.Place, error)                                          { return desk.Place{}, errStub }
func (tx *Tx) Actor(p desk.PersonID) (desk.Actor, error)                           { return desk.Actor{}, errStub }
func (tx *Tx) PersonByLogin(idOrEmail string) (desk.Person, error)                 { return desk.Person{}, errStub }
func (tx *Tx) AuthEpoch(p desk.PersonID) (uint64, error)                           { return 0, errStub }
func (tx *Tx) RightsRevision() (uint64, error)                                     { return 0, errStub }
func (tx *Tx) PutDesk(d desk.Desk) ([]desk.Cursor, error)                          { return nil, errStub }
func (tx *Tx) PutPerson(p desk.Person) ([]desk.Cursor, error)                      { return nil, errStub }
func (tx *Tx) PutOrg(o desk.Organization) ([]desk.Cursor, error)                   { return nil, errStub }
func (tx *Tx) RemovePerson(p desk.PersonID) ([]desk.Cursor, error)                 { return nil, errStub }
func (tx *Tx) RemoveOrg(o desk.OrgID) ([]desk.Cursor, error)                       { return nil, errStub }
func (tx *Tx) Credential(p desk.PersonID) (phc string, err error)                  { return "", errStub }
func (tx *Tx) SetCredential(p desk.PersonID, phc string) error                     { return errStub }
func (tx *Tx) PutInvitation(hash []byte, p desk.PersonID, expires time.Time) error { return errStub }
func (tx *Tx) UseInvitation(hash []byte, now time.Time) (desk.PersonID, error) {
	return "", errStub
}
func (tx *Tx) Device(id desk.DeviceID) (desk.Device, error)     { return desk.Device{}, errStub }
func (tx *Tx) DeviceByToken(sha256 []byte) (desk.Device, error) { return desk.Device{}, errStub }
func (tx *Tx) Devices(p desk.PersonID) ([]desk.Device, error)   { return nil, errStub }
func (tx *Tx) PutDevice(d desk.Device, tokenHash []byte) error  { return errStub }
func (tx *Tx) RevokeDevice(id desk.DeviceID) error              { return errStub }
func (tx *Tx) Touch(id desk.DeviceID, now time.Time) error      { return errStub }
func (tx *Tx) Result(d desk.DeviceID, dseq uint64) (desk.Receipt, bool, error) {
	return desk.Receipt{}, false, errStub
}
func (tx *Tx) ResultOf(p desk.PersonID, cmd desk.CommandID) (desk.Receipt, bool, error) {
	return desk.Receipt{}, false, errStub
}
func (tx *Tx) Results(d desk.DeviceID, from uint64) ([]desk.Receipt, error)  { return nil, errStub }
func (tx *Tx) SaveResult(d desk.DeviceID, dseq uint64, r desk.Receipt) error { return errStub }
func (tx *Tx) Audit(r AuditRow) error                                        { return errStub }
func (tx *Tx) AuditRows(from uint64, limit int) ([]AuditRow, error)          { return nil, errStub }
func (tx *Tx) Ticket(id desk.TicketID) (*desk.Ticket, error)                 { return nil, errStub }
func (tx *Tx) TicketByNumber(n desk.Number) (*desk.Ticket, error)            { return nil, errStub }
func (tx *Tx) Tail(id desk.TicketID, after uint64) ([]desk.Entry, error)     { return nil, errStub }
func (tx *Tx) ReadUpTo(p desk.PersonID, id desk.TicketID) (uint64, error)    { return 0, errStub }
func (tx *Tx) Readers(id desk.TicketID) (map[desk.PersonID]uint64, error)    { return nil, errStub }
func (tx *Tx) Apply(ch desk.Change, actor desk.PersonID) (desk.Ticket, []desk.Cursor, error) {
	return desk.Ticket{}, nil, errStub
}
func (tx *Tx) NoteImported(key string, id desk.TicketID) error  { return errStub }
func (tx *Tx) Imported(key string) (desk.TicketID, bool, error) { return "", false, errStub }
func (tx *Tx) Head(lane desk.LaneID) (desk.Cursor, error)       { return desk.Cursor{}, errStub }
func (tx *Tx) Heads(lanes []desk.LaneID) (map[desk.LaneID]desk.Cursor, error) {
	return nil, errStub
}
func (tx *Tx) Batch(lane desk.LaneID, after desk.Cursor, reader desk.PersonID, maxItems int) (desk.Batch, bool, error) {
	return desk.Batch{}, false, errStub
}
func (tx *Tx) Page(lane desk.LaneID, token string, maxBytes int, reader desk.PersonID) (desk.Page, error) {
	return desk.Page{}, errStub
}
func (tx *Tx) Whole(id desk.TicketID, customer bool, reader desk.PersonID) (desk.Item, error) {
	return desk.Item{}, errStub
}
func (tx *Tx) PutBlob(b Blob, p desk.PersonID) error    { return errStub }
func (tx *Tx) Blob(h desk.BlobHash) (Blob, bool, error) { return Blob{}, false, errStub }
func (tx *Tx) CanReadBlob(h desk.BlobHash, id desk.TicketID, customer bool) (bool, error) {
	return false, errStub
}
func (tx *Tx) MayUse(p desk.PersonID, h desk.BlobHash, id desk.TicketID, customer bool) (bool, error) {
	return false, errStub
}
func (tx *Tx) UploadState(p desk.PersonID, h desk.BlobHash) (Upload, bool, error) {
	return Upload{}, false, errStub
}
func (tx *Tx) SetUpload(u Upload) error                          { return errStub }
func (tx *Tx) DropUpload(p desk.PersonID, h desk.BlobHash) error { return errStub }

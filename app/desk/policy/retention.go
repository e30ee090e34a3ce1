package policy

import (
	"time"

	"docket/app/desk"
)

// Notice is how long before its deletion the requester of a ticket is told.
const Notice = 30 * 24 * time.Hour

// Expires is until when a closed ticket is kept by the policy alone; zero while
// it is not closed, and for ever.
func Expires(t *desk.Ticket, d desk.Department) time.Time {
	return after(t, d.Policy.RetentionMonths)
}

// FilesExpire is until when the files of a closed ticket are kept, where they go
// before it; else zero.
func FilesExpire(t *desk.Ticket, d desk.Department) time.Time {
	at, whole := after(t, d.Policy.FileMonths), Expires(t, d)
	if !whole.IsZero() && !at.Before(whole) {
		return time.Time{}
	}
	return at
}

func after(t *desk.Ticket, months int) time.Time {
	if t.Status != desk.Closed || t.ClosedAt.IsZero() || months == 0 {
		return time.Time{}
	}
	return t.ClosedAt.AddDate(0, months, 0)
}

// Deeds of the retention policy.
const (
	DeedAnnounce Deed = "announce" // the requester is told that it will be deleted
	DeedFiles    Deed = "files"    // its files are deleted
	DeedDelete   Deed = "delete"   // it is deleted
)

// keeping is what will become of a ticket that is kept for a time. A legal hold
// stops all of it.
func keeping(t *desk.Ticket) []Item {
	if !t.Hold.At.IsZero() {
		return nil
	}
	return []Item{{At: t.Keep.Tell, Deed: DeedAnnounce}, {At: t.Keep.Files, Deed: DeedFiles}, {At: t.Deletes, Deed: DeedDelete}}
}

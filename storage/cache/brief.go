package cache

import (
	"encoding/binary"
	"fmt"
	"strings"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// A row of a view holds what a list shows of its ticket, so that a page is read
// from one place. With heads alone, a page of fifty was fifty looks into the
// store and fifty decoded heads, and took longer than a screen is drawn in.
//
// What a row leaves out, such as conversation, steps and who has seen it, is in
// the head: Row and Ticket read that.

// brief encodes what a list shows of a ticket; debrief reads it. What comes
// next stands in it as what is due.
func brief(t *desk.Ticket, unread bool) []byte {
	due, kind := policy.Shown(t)
	b := make([]byte, 0, 160+len(t.Subject))
	b = append(b, byte(one(unread)|one(t.Private)<<1|one(t.Files)<<2|one(policy.Snoozed(t))<<3)) //nolint:gosec // four bits
	b = binary.AppendUvarint(b, uint64(t.Number))
	b = binary.AppendUvarint(b, t.Version)
	b = binary.AppendUvarint(b, t.LastSeq)
	for _, at := range [...]time.Time{t.Created, t.Updated, t.WaitingSince, t.HoldUntil, t.DueSince, due} {
		if at.IsZero() {
			b = append(b, 0)
			continue
		}
		b = binary.AppendVarint(append(b, 1), at.UnixNano())
	}
	asks, owns := nameOf(t, t.Requester), nameOf(t, t.Assignee)
	for _, s := range [...]string{
		string(t.ID), t.Subject, string(t.Status), string(t.Priority), string(t.Requester), asks, string(t.Assignee), owns,
		string(t.Org), t.OrgName, string(t.Department), string(kind),
	} {
		b = append(binary.AppendUvarint(b, uint64(len(s))), s...)
	}
	// Last, and only where there are any: rows from before there were tags end here.
	if tags := strings.Join(t.Tags, ","); tags != "" {
		b = append(binary.AppendUvarint(b, uint64(len(tags))), tags...)
	}
	return b
}

// aside stands for until when a ticket is put aside; a list shows only that it is.
var aside = time.Unix(1, 0).UTC()

func nameOf(t *desk.Ticket, p desk.PersonID) string {
	for _, n := range t.People {
		if n.ID == p {
			return n.Name
		}
	}
	return ""
}

// debrief gives the ticket of a row, as far as lists show it.
func debrief(b []byte) (t desk.Ticket, unread bool, err error) {
	r := briefReader{b: b}
	flags := r.byte()
	t.Private, t.Files = flags&2 != 0, flags&4 != 0
	if flags&8 != 0 {
		t.Snooze.Until = aside
	}
	t.Number, t.Version, t.LastSeq = desk.Number(r.uint()), r.uint(), r.uint() //nolint:gosec // as it was written
	for _, at := range [...]*time.Time{&t.Created, &t.Updated, &t.WaitingSince, &t.HoldUntil, &t.DueSince, &t.Due} {
		if r.byte() == 1 {
			n, size := binary.Varint(r.b)
			r.skip(size)
			*at = time.Unix(0, n).UTC()
		}
	}
	t.ID, t.Subject, t.Status, t.Priority = desk.TicketID(r.text()), r.text(), desk.Status(r.text()), desk.Priority(r.text())
	var asks, owns string
	t.Requester, asks = desk.PersonID(r.text()), r.text()
	t.Assignee, owns = desk.PersonID(r.text()), r.text()
	t.Org, t.OrgName, t.Department, t.DueKind = desk.OrgID(r.text()), r.text(), desk.DeptID(r.text()), desk.DueKind(r.text())
	if asks != "" {
		t.People = append(t.People, desk.Named{ID: t.Requester, Name: asks})
	}
	if owns != "" && t.Assignee != t.Requester {
		t.People = append(t.People, desk.Named{ID: t.Assignee, Name: owns})
	}
	if len(r.b) > 0 {
		tags := r.text()
		r.bad = r.bad || tags == ""
		t.Tags = strings.Split(tags, ",")
	}
	if r.bad || len(r.b) > 0 {
		return t, false, fmt.Errorf("what a row shows: %w", errMismatch)
	}
	return t, flags&1 != 0, nil
}

// briefReader takes values off the front; bad says that one was not there.
type briefReader struct {
	b   []byte
	bad bool
}

func (r *briefReader) skip(n int) []byte {
	if n <= 0 || n > len(r.b) {
		r.bad, r.b = true, nil
		return nil
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *briefReader) byte() byte {
	if b := r.skip(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *briefReader) uint() uint64 {
	n, size := binary.Uvarint(r.b)
	r.skip(size)
	return n
}

func (r *briefReader) text() string {
	n := r.uint()
	if n == 0 || n > uint64(len(r.b)) {
		r.bad = r.bad || n > 0
		return ""
	}
	return string(r.skip(int(n))) //nolint:gosec // not above len
}

package policy

import (
	"slices"
	"time"

	"docket/app/desk"
)

const (
	// UsualDays is of how many days first replies count, and usualLeast of how
	// many of them something is said: out of fewer, one could be read.
	UsualDays  = 30
	usualLeast = 20
)

// replyTimes are the times that are told apart. A reply counts as the first of
// them that it came within, so that no figure is better than what was.
var replyTimes = []time.Duration{
	5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 20 * time.Minute, 30 * time.Minute, 40 * time.Minute, 50 * time.Minute,
	time.Hour, 90 * time.Minute, 2 * time.Hour, 3 * time.Hour, 4 * time.Hour, 5 * time.Hour, 6 * time.Hour, 8 * time.Hour,
	10 * time.Hour, 12 * time.Hour, 16 * time.Hour, 20 * time.Hour, 24 * time.Hour, 30 * time.Hour, 40 * time.Hour, 50 * time.Hour,
	60 * time.Hour, 80 * time.Hour, 120 * time.Hour,
}

// ReplyTime is which of the times told apart d lies in; those longer than all
// of them share the last.
func ReplyTime(d time.Duration) int {
	i, _ := slices.BinarySearch(replyTimes, d)
	return i
}

// ReplyCounts is how many first replies took which of the times told apart.
type ReplyCounts map[int]int

// AllReplies counts together what was called how urgent.
func AllReplies(by map[desk.Urgency]ReplyCounts) ReplyCounts {
	all := ReplyCounts{}
	for _, counts := range by {
		for i, n := range counts {
			all[i] += n
		}
	}
	return all
}

// UsualReply gives the figures of first replies; false out of too few, and where
// they took longer than can be said.
func UsualReply(u desk.Urgency, counts ReplyCounts) (desk.UsualReply, bool) {
	n := 0
	for _, c := range counts {
		n += c
	}
	if n < usualLeast {
		return desk.UsualReply{}, false
	}
	half, ok := within10(counts, n, 5)
	most, also := within10(counts, n, 9)
	return desk.UsualReply{Urgency: u, Half: half, Most: most}, ok && also
}

// within10 is within which time so many tenths of n came.
func within10(counts ReplyCounts, n, tenths int) (time.Duration, bool) {
	need := (n*tenths + 9) / 10
	for i, d := range replyTimes {
		if need -= counts[i]; need <= 0 {
			return d, true
		}
	}
	return 0, false
}

// Awaited is a first reply that is owed: by which department and since when. The
// zero Awaited is none. It follows from what the customer knows of a ticket.
type Awaited struct {
	Department desk.DeptID
	Since      time.Time
}

// FirstAwaited is the first reply that is owed to t now.
func FirstAwaited(t *desk.Ticket) Awaited {
	if t.Into != "" || !Owed(t) || ReplyKind(t) != desk.DueFirstReply {
		return Awaited{}
	}
	return Awaited{t.Department, t.DueSince}
}

// Replied is the first reply that a change gave to what was asked before it, if
// it did: it made t of what there was and added the entries. Only what its
// customer read counts; who is passed on, solved or closed without a word was
// not answered.
func Replied(asked Awaited, t *desk.Ticket, entries []desk.Entry, place desk.Place) (desk.Replied, bool) {
	if asked == (Awaited{}) || FirstAwaited(t) == asked {
		return desk.Replied{}, false
	}
	at := answeredAt(t, entries, asked.Since)
	cal := opening(place.Departments[asked.Department].Open, place.Departments[asked.Department].Promise(toldBy(t.Urgency)))
	if at.IsZero() || cal == nil {
		return desk.Replied{}, false
	}
	u := t.Urgency
	if u == "" {
		u = desk.UrgencyNormal
	}
	return desk.Replied{Department: asked.Department, Urgency: u, At: at, Took: cal.Between(asked.Since, at)}, true
}

// answeredAt is when one of ours first said something to the customer since then.
func answeredAt(t *desk.Ticket, entries []desk.Entry, since time.Time) time.Time {
	for _, e := range entries {
		if e.Audience != desk.Public || !e.Staff || e.Author == desk.System || e.Author == t.Requester || e.Kind == desk.Opened || !says(e.Kind) || e.At.Before(since) {
			continue
		}
		at := e.At
		if over := e.Talk.Started.Add(time.Duration(max(e.Talk.Minutes, 1)) * time.Minute); e.Kind == desk.Call && over.Before(at) {
			at = over
		}
		return later(at, since)
	}
	for _, l := range t.Live.Lines {
		if l.Staff && l.By != t.Requester && !l.At.Before(since) {
			return l.At
		}
	}
	return time.Time{}
}

// Expected says how soon a first reply of a department comes to what is called
// so urgent: by how it was lately, with that urgency or out of too few with all
// of them together, or where that is not known as Usual does.
func Expected(d desk.Department, o desk.Outlook, u desk.Urgency) desk.Said {
	r, known := o.Reply(u)
	if !known {
		r, known = o.Reply("")
	}
	if !known {
		return Usual(d, u)
	}
	figures := []any{"half", r.Half, "most", r.Most, "opening", d.Open.Week != nil && !d.Promise(toldBy(u)).Always, "all", r.Urgency != u}
	if r.Most <= r.Half {
		return desk.Saying("nearly always within {most, number, length}{opening, select, true { of opening time} other {}}{all, select, true {, over all urgencies} other {}}", figures[2:]...)
	}
	return desk.Saying("usually {half, number, length}, nearly always within {most, number, length}{opening, select, true { of opening time} other {}}{all, select, true {, over all urgencies} other {}}", figures...)
}

// Promises is what a department promises a first reply by; nothing where it
// promises none.
func Promises(d desk.Department, u desk.Urgency) desk.Said {
	d.Reply = ""
	return Usual(d, u)
}

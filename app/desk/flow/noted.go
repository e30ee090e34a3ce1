package flow

import (
	"slices"
	"strings"
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
)

// NoteCall checks what one of ours notes of a call under a code, and gives it as
// it is kept.
func NoteCall(n desk.NotedCall, a desk.Actor, place desk.Place, now time.Time) (desk.NotedCall, error) {
	if err := access.Can(a, nil, desk.CmdNoteCall); err != nil {
		return n, err
	}
	var err error
	if n.Code, err = desk.ParseReference(n.Code); err != nil {
		return n, err
	}
	d := begin(desk.State{Place: place}, desk.Command{}, a, now)
	n.Talk.Direction, n.Talk.Outcome = desk.Incoming, desk.Spoke
	if n.Talk, err = d.checkCall(n.Talk); err != nil {
		return n, err
	}
	if n.Text, n.Note, _, err = checkCallTexts(desk.LogCall{Text: n.Text, Note: n.Note}); err != nil {
		return n, err
	}
	n.By, n.At = a.Person, d.now
	return n, nil
}

// Knows reports whether a may know of a call that waits, put it on a ticket or
// drop it: who noted it, and who works for a department that they do.
func Knows(a desk.Actor, n desk.NotedCall, place desk.Place) bool {
	by := place.People[n.By]
	return a.Role.Staff() && (a.Person == n.By || a.Role == desk.Admin || slices.ContainsFunc(by.Departments, a.In))
}

// Joins reports whether a call is about a ticket that its code fits: one that
// somebody known made is about no stranger's, because codes are misheard.
func Joins(n desk.NotedCall, t *desk.Ticket, now time.Time) bool {
	if t.ID.Code() != n.Code || now.Sub(n.At) > desk.MaxNoted {
		return false
	}
	return n.Talk.With == "" || n.Talk.With == t.Requester || slices.Contains(t.CCs, n.Talk.With)
}

// JoinCalls puts calls that waited on a ticket, as who noted them told it.
func JoinCalls(st desk.State, calls []desk.NotedCall, now time.Time) desk.Change {
	d := begin(st, desk.Command{ID: calls[0].ID, Ticket: st.Ticket.ID}, desk.Clerk(), now)
	d.joinCalls(calls)
	return d.finish()
}

// joinCalls tells of calls. Whoever may log one here has spoken for the team;
// the word of a colleague from elsewhere stands there and moves nothing.
func (d *decision) joinCalls(calls []desk.NotedCall) {
	actor := d.actor
	defer func() { d.actor = actor }()
	for _, n := range calls {
		by := d.st.Place.People[n.By]
		d.actor = desk.Actor{Person: n.By, Name: by.Name, Role: by.Role, Departments: by.Departments}
		if !by.Role.Staff() { // they left the team since; it was said for the team
			d.actor.Role = desk.Engineer
		}
		from := len(d.entries)
		d.add(desk.Entry{Kind: desk.Call, Channel: "phone", Talk: n.Talk, Text: n.Text}, desk.Public)
		if strings.TrimSpace(n.Note) != "" {
			d.add(desk.Entry{Kind: desk.Note, Text: n.Note}, desk.Internal)
		}
		for i := range d.entries[from:] {
			d.entries[from+i].Claimed = time.Time{} // it is the call that says when it was
		}
		if by.Role.Staff() && !by.Out() && access.Can(d.actor, &d.t, desk.CmdCall) == nil {
			d.spoke(n.Talk)
		}
		d.joined = append(d.joined, n.ID)
	}
}

// awaited gives the calls that waited for the ticket that is opened.
func (d *decision) awaited() []desk.NotedCall {
	var out []desk.NotedCall
	for _, n := range d.st.Calls {
		if Joins(n, &d.t, d.now) {
			out = append(out, n)
		}
	}
	return out
}

package app

import (
	"fmt"
	"slices"
	"strings"

	"docket/app/desk"
	"docket/app/prose"
	"docket/storage/outbox"
)

// entryViews gives confirmed entries as the page shows them.
func (s *session) entryViews(r *rower, t *desk.Ticket, entries []desk.Entry, read uint64) []EntryView {
	s.api.mu.RLock()
	fresh := s.api.view.fresh
	if s.api.view.ticket != t.ID {
		fresh = read
	}
	s.api.mu.RUnlock()
	out := []EntryView{}
	for _, e := range entries {
		v := s.entryView(r, t, e)
		v.Fresh = e.Seq > fresh && e.Author != r.me.Person
		if e.Author == r.me.Person && wrote(e.Kind) {
			v.Receipt = s.receipt(r, t, e)
		}
		out = append(out, v)
	}
	return out
}

func wrote(k desk.Kind) bool {
	switch k {
	case desk.Opened, desk.Message, desk.Note, desk.Call, desk.Chat, desk.Notice:
		return true
	}
	return false
}

func (s *session) entryView(r *rower, t *desk.Ticket, e desk.Entry) EntryView {
	name := or(e.AuthorName, r.name(t, e.Author))
	v := EntryView{
		ID: string(e.ID), Seq: int(e.Seq), Kind: string(e.Kind), Internal: e.Audience == desk.Internal, //nolint:gosec // small
		Author: Author{ID: string(e.Author), Name: name, Initials: initials(name), Me: e.Author == r.me.Person, Staff: e.Staff, Role: r.role(t, e)},
		At:     stamp(e.At), Claimed: stamp(e.Claimed), Blocks: []prose.Block{}, Files: s.fileInfos(e.Files),
	}
	if wrote(e.Kind) {
		v.Text, v.Blocks = e.Text, prose.Parse(e.Text)
		v.To = r.to(t, e)
		return v
	}
	v.Line = r.line(t, e)
	return v
}

// role is what stands beside the author's name.
func (r *rower) role(t *desk.Ticket, e desk.Entry) string {
	p := r.place.People[e.Author]
	if p.Title != "" {
		return p.Title
	}
	if e.Staff && len(p.Departments) > 0 {
		return r.deptName(p.Departments[0])
	}
	if !e.Staff && e.Author == t.Requester {
		return t.OrgName
	}
	return ""
}

// to says who reads an entry, in words.
func (r *rower) to(t *desk.Ticket, e desk.Entry) string {
	if e.Audience == desk.Internal {
		return "the team"
	}
	var names []string
	for _, p := range append([]desk.PersonID{t.Requester}, t.CCs...) {
		if p == e.Author || slices.Contains(names, r.name(t, p)) {
			continue
		}
		if p == r.me.Person {
			names = append(names, "you")
			continue
		}
		names = append(names, r.name(t, p))
	}
	if !e.Staff {
		names = append([]string{r.deptName(t.Department)}, names...)
	}
	if len(names) > 3 {
		return strings.Join(names[:2], ", ") + fmt.Sprintf(" and %d more", len(names)-2)
	}
	return strings.Join(names, ", ")
}

// receipt tells how far an own entry came. It is in the cache, so the server
// has it: confirmed is the least that is true.
func (s *session) receipt(r *rower, t *desk.Ticket, e desk.Entry) *Receipt {
	rc := &Receipt{State: "confirmed", ConfirmedAt: stamp(e.At)}
	if it, ok := s.itemOf(e.Command); ok {
		rc.QueuedAt, rc.SentAt = stamp(it.QueuedAt), stamp(it.SentAt)
		if it.Receipt != nil {
			rc.Hash = it.Receipt.Hash
			if !it.Receipt.At.IsZero() {
				rc.ConfirmedAt = stamp(it.Receipt.At)
			}
		}
	}
	seq := e.PublicSeq
	if !r.me.Role.Staff() {
		seq = e.Seq
	}
	if seq == 0 || e.Audience == desk.Internal {
		return rc
	}
	for _, m := range t.Seen {
		if m.Person == r.me.Person || m.Seq < seq {
			continue
		}
		// The first to have seen it, but the other side before colleagues.
		if rc.SeenBy == "" || r.across(t, m.Person) {
			rc.State, rc.SeenBy, rc.SeenAt = "seen", r.name(t, m.Person), stamp(m.At)
			if r.across(t, m.Person) {
				break
			}
		}
	}
	return rc
}

// across reports whether p is on the other side of the desk.
func (r *rower) across(t *desk.Ticket, p desk.PersonID) bool {
	staff := r.place.People[p].Role.Staff()
	for _, n := range t.People {
		if n.ID == p {
			staff = n.Staff
		}
	}
	return staff != r.me.Role.Staff()
}

// pendingView gives an entry that is not in the cache yet. It has no place in
// the conversation's count, so its Seq is 0.
func (s *session) pendingView(r *rower, t *desk.Ticket, p pendingEntry) EntryView {
	v := s.entryView(r, t, p.entry)
	v.Seq, v.Outbox, v.Receipt = 0, string(p.item.ID), s.itemReceipt(p.item)
	v.At = stamp(p.item.QueuedAt)
	return v
}

func (s *session) itemReceipt(it outbox.Item) *Receipt {
	rc := &Receipt{State: string(it.State), QueuedAt: stamp(it.QueuedAt), SentAt: stamp(it.SentAt), Waits: s.waits(it)}
	if it.Receipt != nil {
		rc.Hash, rc.Fault = it.Receipt.Hash, fault(it.Receipt.Error)
		if it.State == outbox.Confirmed {
			rc.ConfirmedAt = stamp(it.Receipt.At)
		}
	}
	return rc
}

// waits says what a queued item waits for.
func (s *session) waits(it outbox.Item) string {
	if it.State != outbox.Queued {
		return ""
	}
	if it.WaitsFor != "" {
		return "waits for the request it belongs to"
	}
	files := filesOf(it.Command)
	if len(files) == 0 {
		return ""
	}
	for _, f := range files {
		if p, ok := s.progressOf(f.Hash); ok && p.Up && p.Err == nil && p.Done < p.Total {
			return fmt.Sprintf("goes out when %s is up", f.Name)
		}
	}
	if len(files) == 1 {
		return "goes out when the file is up"
	}
	return "goes out when the files are up"
}

// line is one plain sentence for a change.
func (r *rower) line(t *desk.Ticket, e desk.Entry) string {
	who := or(e.AuthorName, r.name(t, e.Author))
	if e.Author == r.me.Person {
		who = "You"
	}
	because := ""
	if e.Reason != "" {
		because = ": " + e.Reason
	}
	switch e.Kind {
	case desk.StatusSet:
		return r.statusLine(t, e, who) + because
	case desk.Assigned:
		return r.assignedLine(t, e, who)
	case desk.Referred:
		s := fmt.Sprintf("%s passed this from %s to %s%s", who, r.deptName(desk.DeptID(e.From)), or(e.ToName, r.deptName(desk.DeptID(e.To))), because)
		if e.Text != "" {
			s += ". Tried: " + e.Text
		}
		return s
	case desk.Prioritied:
		return fmt.Sprintf("%s set the priority to %s%s", who, or(e.To, "none"), because)
	case desk.CCsSet:
		return ccLine(e, who)
	case desk.Renamed:
		return fmt.Sprintf("%s renamed this from “%s” to “%s”", who, e.From, e.To)
	case desk.PrivacySet:
		if e.To == "private" || e.To == "true" {
			return who + " hid this from colleagues"
		}
		return who + " let colleagues read this"
	case desk.Redacted:
		return who + " removed a text here" + because
	}
	return "Updated in a newer version of Docket"
}

func (r *rower) statusLine(t *desk.Ticket, e desk.Entry, who string) string {
	verb := func(third, second string) string {
		if who == "You" {
			return "You " + second
		}
		return who + " " + third
	}
	switch desk.Status(e.To) {
	case desk.Triage, desk.New:
		return verb("put this back to be looked at", "put this back to be looked at")
	case desk.InProgress:
		if desk.Status(e.From).Done() {
			return who + " opened this again"
		}
		return verb("works on this", "work on this")
	case desk.WaitingCustomer:
		if t.Requester == r.me.Person {
			return verb("waits for your answer", "wait for your answer")
		}
		return verb("waits for ", "wait for ") + r.name(t, t.Requester)
	case desk.WaitingThirdParty:
		return verb("waits for somebody outside", "wait for somebody outside")
	case desk.OnHold:
		return who + " put this on hold"
	case desk.Solved:
		return who + " solved this"
	case desk.Closed:
		return who + " closed this"
	}
	return "Updated in a newer version of Docket"
}

func (r *rower) assignedLine(t *desk.Ticket, e desk.Entry, who string) string {
	switch {
	case e.To == "":
		return who + " put this back into the queue"
	case e.To == string(e.Author):
		return who + " took this"
	case e.To == string(r.me.Person):
		return who + " gave this to you"
	}
	return who + " gave this to " + or(e.ToName, r.name(t, desk.PersonID(e.To)))
}

func ccLine(e desk.Entry, who string) string {
	switch {
	case e.From == string(e.Author) && e.To == "":
		return who + " left the conversation"
	case e.From == "":
		return who + " added " + or(e.ToName, e.To)
	case e.To == "":
		return who + " removed " + or(e.Text, e.From)
	}
	return who + " added " + or(e.ToName, e.To) + " and removed " + or(e.Text, e.From)
}

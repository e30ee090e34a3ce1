package app

import (
	"strings"
	"time"

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
	for _, e := range entries {
		if e.Author == r.me.Person {
			fresh = max(fresh, e.Seq) // who wrote had read what stood above
		}
	}
	out := make([]EntryView, 0, len(entries)+1) // and the own one that waits
	for _, e := range entries {
		if told(e) {
			continue
		}
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
		Asks: []AskInfo{}, Answers: []AskInfo{},
	}
	for i := range v.Files {
		if dropped(t, e) {
			v.Files[i].State, v.Files[i].Preview = "gone", ""
		}
	}
	if wrote(e.Kind) {
		v.Text = shown(e.Phrase, e.Text)
		v.Blocks = prose.Parse(v.Text)
		v.To, v.Asks, v.Answers = r.to(t, e), r.askedIn(t, e), r.answeredIn(t, e)
		v.Ref, v.About = int(refOf(e, r.me)), s.aboutView(r, t, e) //nolint:gosec // small
		switch {
		case e.Kind == desk.Call, e.Kind == desk.Chat && e.Talk != (desk.Talk{}):
			v.Line = r.talkLine(t, e)
		case e.Kind == desk.Note && e.Reason != "":
			v.Line = say("No message went with the voicemail: {why}", "why", e.Reason)
		}
		return v
	}
	v.Line = r.line(t, e)
	return v
}

// role is what stands beside the author's name: what staff does, where a
// customer belongs.
func (r *rower) role(t *desk.Ticket, e desk.Entry) string {
	p := r.place.People[e.Author]
	if e.Staff {
		if p.Title == "" && len(p.Departments) > 0 {
			return r.deptName(p.Departments[0])
		}
		return p.Title
	}
	for _, n := range t.People {
		if n.ID == e.Author && n.Org != "" && n.Org != t.Org {
			return r.place.Orgs[n.Org].Name
		}
	}
	return or(t.OrgName, r.place.Orgs[t.Org].Name)
}

// to says whom an entry addresses, in words: "to Miriam, cc Pieter".
func (r *rower) to(t *desk.Ticket, e desk.Entry) string {
	if e.Audience == desk.Internal {
		return say("to the team")
	}
	to := r.deptName(t.Department)
	if e.Author != t.Requester && e.Staff {
		to = r.briefly(t, t.Requester)
	}
	var cc []string
	for _, p := range t.CCs {
		if p != e.Author {
			cc = append(cc, r.briefly(t, p))
		}
	}
	switch n := len(cc); {
	case n == 0:
		return say("to {to}", "to", to)
	case n > 2:
		return say("to {to}, cc {cc} and {n} more", "to", to, "cc", cc[0], "n", n-1)
	}
	return say("to {to}, cc {cc}", "to", to, "cc", and(cc))
}

// briefly is a person among people one knows: by the first name.
func (r *rower) briefly(t *desk.Ticket, p desk.PersonID) string {
	if p == r.me.Person {
		return "you"
	}
	name := r.name(t, p)
	if p.Masked() {
		return name // of several, who have no first name in common
	}
	if first, _, ok := strings.Cut(name, " "); ok {
		return first
	}
	return name
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
	v.Seq, v.Ref, v.Outbox, v.Receipt = 0, 0, string(p.item.ID), s.itemReceipt(p.item)
	v.At = stamp(p.item.QueuedAt)
	return v
}

func (s *session) itemReceipt(it outbox.Item) *Receipt {
	rc := &Receipt{State: string(it.State), QueuedAt: stamp(it.QueuedAt), SentAt: stamp(it.SentAt), Waits: s.waits(it), Until: stamp(s.until(it))}
	if it.Receipt != nil {
		rc.Hash, rc.Fault = it.Receipt.Hash, fault(it.Receipt.Error)
		if it.State == outbox.Confirmed {
			rc.ConfirmedAt = stamp(it.Receipt.At)
		}
	}
	return rc
}

// until is until when an item is held so that it can be taken back; zero for
// one that is not.
func (s *session) until(it outbox.Item) time.Time {
	if it.State != outbox.Queued || !it.NotBefore.After(s.api.now()) {
		return time.Time{}
	}
	return it.NotBefore
}

// waits says what a queued item waits for.
func (s *session) waits(it outbox.Item) string {
	if it.State != outbox.Queued {
		return ""
	}
	if it.WaitsFor != "" {
		return say("waits for the request it belongs to")
	}
	if at := s.until(it); !at.IsZero() {
		return say("goes out at {at}; until then it can be taken back", "at", at.Local().Format("15:04:05"))
	}
	files := filesOf(it.Command)
	if len(files) == 0 {
		return ""
	}
	for _, f := range files {
		if p, ok := s.progressOf(f.Hash); ok && p.Up && p.Err == nil && p.Done < p.Total {
			if p.Full {
				return say("the server’s disk is full; what has arrived of {name} is kept, and it goes on by itself once there is room", "name", f.Name)
			}
			return say("goes out when {name} is up", "name", f.Name)
		}
	}
	if len(files) == 1 {
		return say("goes out when the file is up")
	}
	return say("goes out when the files are up")
}

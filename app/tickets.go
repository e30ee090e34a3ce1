package app

import (
	"slices"
	"strings"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/app/desk/flow"
	"docket/app/desk/policy"
	"docket/app/language"
	"docket/storage/outbox"
)

// firstEntries is how many entries a ticket opens with; the rest are asked for.
const firstEntries = 60

// Ticket gives a ticket as it stands with what is pending laid over it.
func (a *API) Ticket(id string) (TicketView, error) {
	s, err := a.session()
	if err != nil {
		return TicketView{}, err
	}
	tid, err := ticketID(id)
	if err != nil {
		return TicketView{}, err
	}
	return s.ticket(tid)
}

func (s *session) ticket(id desk.TicketID) (TicketView, error) {
	l, entries, err := s.reading(id)
	if err != nil {
		return TicketView{}, err
	}
	r := s.rower()
	unread := false
	if l.known {
		row, err := s.cache.Row(id)
		if err != nil {
			return TicketView{}, err
		}
		unread = row.Unread
	}
	t := &l.ticket
	v := TicketView{
		Row: r.laid(l, unread), Entries: s.entryViews(r, t, entries, l.read), LastSeq: int(l.confirmed), FirstSeq: 1, //nolint:gosec // small
		Requester: r.requester(t), CCs: r.ccs(t), Begins: int(max(t.Begins, 1)), CCsReadAll: r.place.Departments[t.Department].Policy.CCHistory == desk.HistoryAll, Helpers: r.helpers(t), GoesTo: r.goesTo(t), Steps: r.steps(t), Refs: refs(t.Refs), Can: r.can(l),
		DepartmentName: r.deptName(t.Department), Resolution: t.Resolution, SolvedAtCare: t.SolvedAtCare, Urgency: string(t.Urgency), Type: string(t.Type), Claim: viewClaim(t.Claim), Proposal: r.proposal(t), HoldUntil: stamp(t.HoldUntil),
		Private: t.Private, Readers: r.readers(t), Present: s.presentOn(r, t), ComposerHint: "",
		Reply: s.draftView("ticket/" + string(id) + "/reply"), Note: s.draftView("ticket/" + string(id) + "/note"),
		Filed: r.filedUnder(t), Wanted: r.wanted(t), Asks: r.asked(t), Together: s.together(r, t, can(r.me, t, desk.CmdMerge) && !r.asks(t)), Cause: say(t.Cause.Words()), Links: s.links(t), Reopened: t.Reopened, Language: t.Language, Rating: viewRating(t.Rating), Cover: r.cover(t),
		Promises: r.promises(t), Snooze: r.snooze(t), Tried: s.tried(t), Following: r.following(t), Keep: s.keepInfo(r, t), Grant: r.grant(t),
		Page: r.page(l), Escalation: r.escalation(l), Path: r.path(t),
		Live: s.live(r, &l), Workaround: r.workaround(t), Fix: s.fix(r, t), Work: r.work(t), Away: r.away(t), Outlook: s.expects(r, t), Misuse: r.misuse(t), Along: r.along(t),
	}
	if len(entries) > 0 {
		v.FirstSeq = int(entries[0].Seq) //nolint:gosec // small
	}
	if t.Assignee != "" {
		v.AssigneeName = r.name(t, t.Assignee)
	}
	for _, p := range l.entries {
		if !told(p.entry) {
			v.Entries = append(v.Entries, s.pendingView(r, t, p))
		}
	}
	if v.Can.Reopen && r.asks(t) {
		thanked(t, v.Entries)
	}
	v.ComposerHint, v.Can.Reply, v.Writing = s.composer(r, l)
	v.Can.Answer = v.Can.Reply && !t.Status.Done() && r.asks(t)
	return v, nil
}

// thanked marks the reader's own thanks since t is done.
func thanked(t *desk.Ticket, entries []EntryView) {
	for i := len(entries) - 1; i >= 0 && entries[i].Kind != string(desk.StatusSet); i-- {
		e := &entries[i]
		if e.Thanks = e.Author.Me && e.Kind == string(desk.Message) && len(e.Files) == 0 && flow.Thanks(e.Text, t.People...); e.Thanks {
			return
		}
	}
}

// reading gives a ticket and its newest confirmed entries as of one moment. A
// change may be committed between the two questions; an own message would then
// stand there twice, once confirmed and once pending.
func (s *session) reading(id desk.TicketID) (laid, []desk.Entry, error) {
	const tries = 20 // nobody writes that fast
	for i := 0; ; i++ {
		l, err := s.lay(id)
		if err != nil || !l.known {
			return l, nil, err
		}
		entries, err := s.cache.Entries(id, 0, firstEntries)
		if err != nil {
			return laid{}, nil, err
		}
		if n := len(entries); n == 0 || entries[n-1].Seq <= l.confirmed || i == tries {
			return l, entries, nil
		}
	}
}

// Entries gives older entries.
func (a *API) Entries(id string, before, count int) ([]EntryView, error) {
	s, err := a.session()
	if err != nil {
		return nil, err
	}
	tid, err := ticketID(id)
	if err != nil {
		return nil, err
	}
	if before <= 1 {
		return []EntryView{}, nil
	}
	t, read, err := s.cache.Ticket(tid)
	if err != nil {
		return nil, err
	}
	entries, err := s.cache.Entries(tid, uint64(before), min(max(count, 1), 200))
	if err != nil {
		return nil, err
	}
	return s.entryViews(s.rower(), &t, entries, read), nil
}

// composer says what stands under the text field, and whether one may write.
// It asks the rules instead of repeating them.
func (s *session) composer(r *rower, l laid) (hint string, may bool, writing string) {
	cmd := desk.Command{
		ID: desk.CommandID(newID()), Ticket: l.ticket.ID, Basis: l.confirmed, Composed: r.now,
		Args: desk.Reply{Text: "?"},
	}
	ch, err := flow.Decide(desk.State{Ticket: &l.ticket, Place: r.place, ReadUpTo: l.read}, cmd, r.me, r.now)
	if err != nil {
		e := desk.AsError(err)
		if e.Field == "status" && r.asks(&l.ticket) {
			return say("This was closed too long ago to be opened again. Writing makes a new request that names this one."), true, "recurs"
		}
		message, hint := language.Error(e)
		return strings.TrimSpace(message + " " + hint), false, ""
	}
	switch {
	case l.ticket.Into != "":
		return s.elsewhereHint(&l.ticket), true, ""
	case l.ticket.Status == desk.Solved:
		return say("This is solved. Writing opens it again."), true, "reopens"
	case l.ticket.Status == desk.Closed && r.asks(&l.ticket):
		return say("This is closed. Writing opens it again, or makes a new request."), true, "asks"
	case l.ticket.Status == desk.Closed:
		return say("This is closed. Writing opens it again."), true, "reopens"
	}
	return r.maskHint(ch), true, ""
}

// asks reports whether the reader is on the asking side of this ticket.
func (r *rower) asks(t *desk.Ticket) bool { return !r.me.Role.Staff() || t.Requester == r.me.Person }

func (r *rower) requester(t *desk.Ticket) Requester {
	p := r.place.People[t.Requester]
	name := r.name(t, t.Requester)
	also, ways := r.also(t)
	return Requester{
		ID: string(t.Requester), Name: name, Initials: initials(name), Title: p.Title, Org: or(t.OrgName, ""), Phone: p.Phone, Reach: append(reach(p), ways...), Also: also,
	}
}

// reach is how else somebody can be reached. Customers' copies have none of it.
func reach(p desk.Person) []string {
	out := append([]string{}, p.Phones...)
	for _, m := range append([]string{p.Email}, p.Emails...) {
		if m != "" {
			out = append(out, m)
		}
	}
	return out
}

func (r *rower) ccs(t *desk.Ticket) []CC {
	out := []CC{}
	later := access.Later(t)
	for _, p := range t.CCs {
		cc := CC{ID: string(p), Name: r.name(t, p), Outside: outside(t, p), Me: p == r.me.Person}
		if i := slices.IndexFunc(later, func(s desk.Since) bool { return s.Person == p }); i >= 0 {
			cc.Since = stamp(later[i].At)
		}
		out = append(out, cc)
	}
	return out
}

// outside reports whether somebody in CC belongs to another organization.
func outside(t *desk.Ticket, p desk.PersonID) bool {
	for _, n := range t.People {
		if n.ID == p {
			return !n.Staff && n.Org != t.Org
		}
	}
	return false
}

func refs(in []desk.Reference) []Ref {
	out := []Ref{}
	for _, x := range in {
		out = append(out, Ref{Kind: x.Kind, ID: x.ID, Label: or(x.Label, x.ID), Verified: x.Verified})
	}
	return out
}

// readers says in words who can read the public conversation.
func (r *rower) readers(t *desk.Ticket) []string {
	who := r.name(t, t.Requester)
	if t.Requester == r.me.Person {
		who = say("You")
	}
	out := []string{who}
	for _, p := range t.CCs {
		who = r.name(t, p)
		if p == r.me.Person {
			who = say("You")
		}
		out = append(out, say("{who}, in copy", "who", who))
	}
	if t.Org != "" && !t.Private {
		out = append(out, say("Everyone at {org} who may read shared requests", "org", or(t.OrgName, nameOfOrg(r.place, t.Org))))
	}
	return append(out, say("The {department} team", "department", r.deptName(t.Department)))
}

func (s *session) presentOn(r *rower, t *desk.Ticket) []Present {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := []Present{}
	for _, p := range s.presence[t.ID] {
		if p.Person == r.me.Person {
			continue
		}
		name := r.name(t, p.Person)
		out = append(out, Present{ID: string(p.Person), Name: name, Initials: initials(name), Writing: p.Writing})
	}
	return out
}

// Looking says what the person looks at, "" for nothing.
func (a *API) Looking(ticket string, writing bool) error {
	s, err := a.session()
	if err != nil {
		return err
	}
	id := desk.TicketID("")
	if ticket != "" {
		if id, err = ticketID(ticket); err != nil {
			return err
		}
	}
	a.mu.Lock()
	moved := a.view.ticket != id
	if moved {
		a.view.ticket, a.view.kept, a.view.fresh = id, false, 0
		if id != "" {
			if _, read, err := s.cache.Ticket(id); err == nil {
				a.view.fresh = read
			}
		}
	}
	a.mu.Unlock()
	if eng := s.engine(); eng != nil {
		eng.Look(id, writing)
	}
	if (moved || writing) && a.watched(id) {
		s.markRead(id)
	}
	return nil
}

// Focused says whether the window has the focus.
func (a *API) Focused(on bool) error {
	a.mu.Lock()
	a.view.focused = on
	id, s := a.view.ticket, a.sess
	a.mu.Unlock()
	if s != nil && a.watched(id) {
		s.markRead(id)
	}
	return nil
}

// watched reports whether the person has the ticket before their eyes.
func (a *API) watched(id desk.TicketID) bool {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return id != "" && a.view.ticket == id && a.view.focused && !a.view.kept
}

// markRead says here and to the server how far the person has read.
func (s *session) markRead(id desk.TicketID) {
	s.api.center.Seen(id)
	s.told.seen(id)
	t, read, err := s.cache.Ticket(id)
	if err != nil || read >= t.LastSeq && !s.signs(&t) {
		return
	}
	// First what the server will hear, then what is shown here: ending between
	// the two, this computer hears of it from the server.
	cmd := desk.Command{ID: desk.CommandID(newID()), Ticket: id, Basis: t.LastSeq, Composed: s.api.now(), Args: desk.MarkRead{Seq: t.LastSeq}}
	if _, err := s.out.Add(cmd, s.api.now().Add(-1)); err != nil {
		s.api.deps.Log.Warn("queue read mark", "err", err)
	}
	if _, err := s.cache.SetRead(id, t.LastSeq); err != nil {
		s.api.deps.Log.Warn("mark read", "err", err)
	}
}

// signs reports whether the server should hear that a customer looks again or
// writes, so that no reminder goes out just then. What waits to be sent says it.
func (s *session) signs(t *desk.Ticket) bool {
	me := s.me()
	if me.Role.Staff() && t.Requester != me.Person || !policy.SignOfLife(t, me.Person, s.api.now()) {
		return false
	}
	return !slices.ContainsFunc(s.items(t.ID), func(it outbox.Item) bool { return it.Command.Args.Kind() == desk.CmdRead })
}

// MarkUnread puts the unread dot back.
func (a *API) MarkUnread(ticket string) error {
	s, err := a.session()
	if err != nil {
		return err
	}
	id, err := ticketID(ticket)
	if err != nil {
		return err
	}
	a.mu.Lock()
	if a.view.ticket == id {
		a.view.kept = true
	}
	a.mu.Unlock()
	_, err = s.cache.SetUnread(id)
	return err
}

// itemOf finds the outbox item behind an own entry.
func (s *session) itemOf(id desk.CommandID) (outbox.Item, bool) {
	if id == "" {
		return outbox.Item{}, false
	}
	return s.out.Item(id)
}

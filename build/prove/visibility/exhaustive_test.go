package visibility_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/app/desk/flow"
	"docket/build/prove/proof"
	"docket/build/prove/town"
	"docket/build/prove/visibility/model"
	"docket/storage/ledger"
	"docket/sync/wire"
)

var depth = flag.Int("depth", 4, "the longest history of the small desk; 0 leaves it out")

// The small desk: three people, two organizations, two departments, and three
// tickets, t1 of ann for hers, t2 of bob for his, and what eve asks of the
// department she is not in, where nothing happens but what her rights do.
var (
	smallDepts  = []desk.Department{{ID: "d1", Name: "D1", Entry: desk.EntryDirect}, {ID: "d2", Name: "D2", Entry: desk.EntryDirect}}
	smallPeople = []desk.Person{
		{ID: "ann", Name: "Ann", Role: desk.Customer, Memberships: []desk.Membership{{Org: "o1", Access: desk.OrgNone}}},
		{ID: "bob", Name: "Bob", Role: desk.Customer, Memberships: []desk.Membership{{Org: "o2", Access: desk.OrgComment}}},
		{ID: "eve", Name: "Eve", Role: desk.Engineer, Departments: []desk.DeptID{"d1"}},
	}
)

const (
	t1 = desk.TicketID("019c0000-0000-7000-8001-000000000001")
	t2 = desk.TicketID("019c0000-0000-7000-8001-000000000002")
	t3 = desk.TicketID("019c0000-0000-7000-8001-000000000003")
)

var smallTickets = []desk.TicketID{t1, t2, t3}

// move is one thing that happens: somebody asks for a change, or somebody's
// rights become others.
type move struct {
	put              *desk.Person
	person           desk.PersonID
	ticket           desk.TicketID
	args             desk.Args
	public, internal []string
}

// moves are what can happen next, each made for the world it happens in, so
// that it toggles. n makes its words unique within a history.
func moves(w *model.World, n int) []move {
	word := fmt.Sprintf("%s%d", mark, n)
	put := func(p desk.PersonID, change func(*desk.Person)) move {
		x := w.People[p]
		x.Memberships, x.Departments = slices.Clone(x.Memberships), slices.Clone(x.Departments)
		change(&x)
		return move{put: &x}
	}
	next := map[desk.OrgAccess]desk.OrgAccess{desk.OrgNone: desk.OrgRead, desk.OrgRead: desk.OrgComment, desk.OrgComment: desk.OrgNone}
	cc := func(by desk.PersonID, t desk.TicketID, p desk.PersonID) move {
		a := desk.SetCCs{Add: []desk.PersonID{p}}
		if slices.Contains(w.Tickets[t].CCs, p) {
			a = desk.SetCCs{Remove: []desk.PersonID{p}}
		}
		return move{person: by, ticket: t, args: a}
	}
	other := map[desk.DeptID]desk.DeptID{"d1": "d2", "d2": "d1"}
	to := desk.PersonID("eve")
	if w.Tickets[t1].Assignee == "eve" {
		to = ""
	}
	return []move{
		{person: "eve", ticket: t1, args: desk.AddNote{Text: word, Mentions: []desk.PersonID{"eve"}}, internal: []string{word}},
		{person: "eve", ticket: t2, args: desk.Reply{Text: word}, public: []string{word}},
		{person: "ann", ticket: t2, args: desk.Reply{Text: word}, public: []string{word}},
		{person: "eve", ticket: t1, args: desk.Refer{From: w.Tickets[t1].Department, To: other[w.Tickets[t1].Department], Reason: word}, public: []string{word}},
		{person: "eve", ticket: t1, args: desk.Assign{From: w.Tickets[t1].Assignee, To: to}},
		{person: "bob", ticket: t2, args: desk.SetPrivate{Private: !w.Tickets[t2].Private}},
		cc("eve", t1, "bob"),
		cc("eve", t1, "eve"), // and then it may be referred
		cc("bob", t2, "ann"),
		cc("ann", t1, "eve"), // who may be a customer by then
		put("ann", func(p *desk.Person) {
			for i := range p.Memberships {
				p.Memberships[i].Access = next[p.Memberships[i].Access]
			}
		}),
		put("ann", func(p *desk.Person) {
			for i := range p.Memberships {
				p.Memberships[i].Org = map[desk.OrgID]desk.OrgID{"o1": "o2", "o2": "o1"}[p.Memberships[i].Org]
			}
		}),
		put("eve", func(p *desk.Person) {
			for i := range p.Departments {
				p.Departments[i] = other[p.Departments[i]]
			}
		}),
		put("bob", func(p *desk.Person) { p.Disabled = !p.Disabled }),
		put("ann", turn),
		put("eve", turn),
	}
}

// turn makes staff of a customer and a customer of staff.
func turn(p *desk.Person) {
	if p.Role.Staff() {
		p.Role, p.Departments, p.Memberships = desk.Customer, nil, []desk.Membership{{Org: "o1", Access: desk.OrgNone}}
	} else {
		p.Role, p.Departments, p.Memberships = desk.Engineer, []desk.DeptID{"d1"}, nil
	}
}

// do has a move happen in the model, after got was the answer.
func (mv *move) do(w *model.World, took bool) {
	switch {
	case mv.put != nil:
		w.People[mv.put.ID] = *mv.put
	case took:
		w.Do(mv.person, mv.ticket, mv.args, mv.public, mv.internal)
	}
}

// answered compares what the rules say with the model.
func answered(w *model.World, mv move, err error) (took bool, wrong string) {
	got := model.Yes
	e := desk.AsError(err)
	switch {
	case e == nil:
	case e.Code == desk.CodeNotFound:
		got = model.NotThere
	case e.Code == desk.CodeDenied:
		got = model.Denied
	case e.Code == desk.CodeHeld || e.Code == desk.CodeConflict: // stopped, and not by anybody's rights
	default:
		got = model.Invalid
	}
	if want := answer(w, mv.person, w.Tickets[mv.ticket], mv.args); got != want {
		return false, fmt.Sprintf("%s asks for %s of %s: %s, and the model says %s (%v)", mv.person, mv.args.Kind(), mv.ticket, got, want, err)
	}
	return e == nil, ""
}

func smallWorld() *model.World {
	w := &model.World{
		Departments: map[desk.DeptID]desk.Department{}, People: map[desk.PersonID]desk.Person{},
		Tickets: map[desk.TicketID]*model.Ticket{}, Devices: map[desk.DeviceID]uint64{},
	}
	for _, d := range smallDepts {
		w.Departments[d.ID] = d
	}
	for _, p := range smallPeople {
		w.People[p.ID] = p
	}
	return w
}

// opened are the moves every history begins with.
func opened() []move {
	return []move{
		{person: "ann", ticket: t1, args: desk.Open{Subject: "t1", Text: mark + "t1", Department: "d1", Org: "o1"}, public: []string{mark + "t1"}},
		{person: "bob", ticket: t2, args: desk.Open{Subject: "t2", Text: mark + "t2", Department: "d2", Org: "o2"}, public: []string{mark + "t2"}},
		{person: "eve", ticket: t3, args: desk.Open{Subject: "t3", Text: mark + "t3", Department: "d2"}, public: []string{mark + "t3"}},
	}
}

// theirs gives what a person has to have, as text to compare.
func theirs(w *model.World, p desk.PersonID) string {
	var out []string
	for _, id := range smallTickets {
		if t := w.Tickets[id]; w.Sees(p, t) {
			words := slices.Clone(w.Words(p, t))
			slices.Sort(words)
			out = append(out, string(id[len(id)-1:])+" "+strings.Join(words, ","))
		}
	}
	return strings.Join(out, "; ")
}

// heads is the pure side: what the rules made of the tickets.
type heads struct {
	tickets map[desk.TicketID]*desk.Ticket
	entries map[desk.TicketID][]desk.Entry
}

func actorOf(p desk.Person) desk.Actor {
	if p.Disabled {
		return desk.Actor{}
	}
	return desk.Actor{Person: p.ID, Name: p.Name, Role: p.Role, Departments: p.Departments, Memberships: p.Memberships}
}

// ask runs a command through the rules as the server does.
func (h *heads) ask(w *model.World, mv move, n int) error {
	a := actorOf(w.People[mv.person])
	st := desk.State{Place: desk.Place{Departments: w.Departments, People: w.People, Orgs: smallOrgs}}
	if t := h.tickets[mv.ticket]; access.CanSee(a, t) {
		st.Ticket = t
	}
	if v, ok := mv.args.(saving); ok {
		mv.args, st.View = v.SaveView, v.was
	}
	cmd := desk.Command{ID: desk.CommandID(fmt.Sprint("c", n)), Ticket: mv.ticket, Basis: 1000, Args: mv.args}
	ch, err := flow.Decide(st, cmd, a, town.Start.Add(time.Duration(n)*time.Minute))
	if err != nil || ch.HeadSame {
		return err
	}
	*h = heads{maps.Clone(h.tickets), maps.Clone(h.entries)}
	h.tickets[mv.ticket] = &ch.Ticket
	h.entries[mv.ticket] = slices.Concat(h.entries[mv.ticket], ch.Entries)
	return nil
}

var smallOrgs = map[desk.OrgID]desk.Organization{"o1": {ID: "o1", Name: "O1"}, "o2": {ID: "o2", Name: "O2"}}

// got is what a person has by the rules: the tickets that share a lane with
// them, in the form of that lane.
func (h *heads) got(w *model.World, p desk.PersonID) (string, error) {
	a := actorOf(w.People[p])
	mine := access.LanesFor(a)
	var out []string
	for _, id := range smallTickets {
		t := h.tickets[id]
		forms := map[bool]bool{}
		for _, l := range access.LanesOf(t) {
			if slices.Contains(mine, l) {
				forms[access.IsCustomerLane(l)] = true
			}
		}
		if see := access.CanSee(a, t); see != (len(forms) == 1) || len(forms) > 1 || forms[a.Role.Staff()] {
			return "", fmt.Errorf("%s sees %s: %v, and hears of it as a customer: %v", p, id, see, forms)
		}
		if len(forms) == 0 {
			continue
		}
		begins, at := access.Begins(a, t)
		var words []string
		for _, e := range h.entries[id] {
			text := e.Text + e.Reason
			if forms[true] {
				c, ok := access.CustomerEntry(e)
				if !ok || c.Seq < begins {
					continue
				}
				text = c.Text + c.Reason
			}
			if strings.HasPrefix(text, mark) {
				words = append(words, text)
			}
		}
		slices.Sort(words)
		if begins > 1 {
			head := access.LaterForm(access.Customer(t), begins, at)
			if i := strings.Index(head.LastText, mark); i >= 0 && !slices.Contains(words, head.LastText[i:]) {
				return "", fmt.Errorf("%s came into %s later and is told that the last words are %q", p, id, head.LastText)
			}
		}
		out = append(out, string(id[len(id)-1:])+" "+strings.Join(words, ","))
	}
	return strings.Join(out, "; "), nil
}

// walk goes through every history of the rules.
type walk struct {
	run   *proof.Run
	most  int
	nodes int
	asked int // answers compared beside those of the histories
	path  []int
}

func (k *walk) fail(format string, args ...any) {
	k.run.Fail(fmt.Sprintf("-n 1 -depth %d", k.most), "after %v: %s", k.path, fmt.Sprintf(format, args...))
}

func (k *walk) down(w *model.World, h heads) {
	k.nodes++
	for _, p := range smallPeople {
		got, err := h.got(w, p.ID)
		if want := theirs(w, p.ID); err != nil || got != want {
			k.fail("%s has %q, want %q (%v)", p.ID, got, want, err)
		}
	}
	if len(k.path) <= kindly {
		k.everything(w, h)
	}
	if len(k.path) == k.most || k.run.Failures() > 20 {
		return
	}
	for i, mv := range moves(w, len(k.path)) {
		k.path = append(k.path, i)
		next, x := h, *w
		child := &x
		if mv.put != nil {
			child.People = maps.Clone(w.People)
			mv.do(child, true)
		} else {
			took, wrong := answered(w, mv, next.ask(w, mv, len(k.path)))
			if wrong != "" {
				k.fail("%s", wrong)
			}
			if took {
				child = w.Clone()
				mv.do(child, true)
			}
		}
		k.down(child, next)
		k.path = k.path[:len(k.path)-1]
	}
}

// exhaustive compares every history of the small desk, in the rules, and those
// a step shorter in a real ledger.
func exhaustive(t *testing.T, run *proof.Run) {
	if *depth <= 0 {
		return
	}
	w, h := smallWorld(), heads{map[desk.TicketID]*desk.Ticket{}, map[desk.TicketID][]desk.Entry{}}
	for i, mv := range opened() {
		if err := h.ask(w, mv, -1-i); err != nil {
			t.Fatal(err)
		}
		mv.do(w, true)
	}
	k := &walk{run: run, most: *depth}
	k.down(w, h)
	run.Figure("histories", k.nodes)
	run.Figure("asked", k.asked)
	run.Figure("depth", *depth)
	inLedger(t, run, min(*depth-1, 3))
}

// errBack takes a history back out of the ledger.
var errBack = errors.New("back")

// inLedger walks every history in one transaction each, which is taken back.
func inLedger(t *testing.T, run *proof.Run, most int) {
	ctx := context.Background()
	l, err := ledger.Open(ctx, "sqlite:"+town.Dir(t, false)+"/ledger.db", wire.Codec{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}()
	d := town.Desk{Desk: desk.Desk{Name: "Small", Departments: smallDepts}, Orgs: []desk.Organization{smallOrgs["o1"], smallOrgs["o2"]}, People: smallPeople}
	root := smallWorld()
	if err := l.Update(ctx, func(tx *ledger.Tx) error {
		if err := d.Declare(tx); err != nil {
			return err
		}
		for i, mv := range opened() {
			if err := inTx(tx, mv, -1-i); err != nil {
				return err
			}
			mv.do(root, true)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	shelves := map[desk.PersonID]*town.Shelf{}
	if err := l.View(ctx, func(tx *ledger.Tx) error {
		for _, p := range smallPeople {
			s, err := snapshot(tx, p.ID)
			if err != nil {
				return err
			}
			shelves[p.ID] = s
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	k := &walk{run: run, most: most}
	n := 0
	kinds := len(moves(root, 0))
	for path := make([]int, most); path != nil; path = following(path, kinds) {
		k.path = path
		err := l.Update(ctx, func(tx *ledger.Tx) error {
			w := root.Clone()
			for i, at := range path {
				mv := moves(w, i)[at]
				if mv.put != nil {
					if _, err := tx.PutPerson(*mv.put); err != nil {
						return err
					}
					mv.do(w, true)
				} else {
					took, wrong := answered(w, mv, inTx(tx, mv, i+1))
					if wrong != "" {
						k.fail("%s", wrong)
					}
					mv.do(w, took)
				}
				if rest := path[i+1:]; slices.ContainsFunc(rest, func(x int) bool { return x > 0 }) {
					continue // it was looked at in the first history that begins so
				}
				n++
				if err := k.look(tx, w, shelves); err != nil {
					return err
				}
			}
			return errBack
		})
		if !errors.Is(err, errBack) {
			t.Fatal(k.path, err)
		}
		if run.Failures() > 20 {
			break
		}
	}
	run.Figure("histories_in_ledger", n)
}

// following gives the next path of steps below kinds, nil after the last.
func following(path []int, kinds int) []int {
	out := slices.Clone(path)
	for i := len(out) - 1; i >= 0; i-- {
		if out[i]++; out[i] < kinds {
			return out
		}
		out[i] = 0
	}
	return nil
}

func inTx(tx *ledger.Tx, mv move, n int) error {
	place, err := tx.Place()
	if err != nil {
		return err
	}
	a, err := tx.Actor(mv.person)
	if err != nil && !errors.Is(err, desk.ErrNotFound) {
		return err
	}
	st := desk.State{Place: place}
	if t, err := tx.Ticket(mv.ticket); err == nil && access.CanSee(a, t) {
		st.Ticket = t
	}
	cmd := desk.Command{ID: desk.CommandID(fmt.Sprint("c", n)), Ticket: mv.ticket, Basis: 1000, Args: mv.args}
	ch, err := flow.Decide(st, cmd, a, town.Start.Add(time.Duration(n)*time.Minute))
	if err != nil || ch.HeadSame {
		return err
	}
	_, _, err = tx.Apply(ch, mv.person)
	return err
}

func lanesOf(tx *ledger.Tx, p desk.PersonID) ([]desk.LaneID, error) {
	a, err := tx.Actor(p)
	if errors.Is(err, desk.ErrNotFound) {
		return nil, nil
	}
	return access.LanesFor(a), err
}

// snapshot is what a new computer of somebody gets.
func snapshot(tx *ledger.Tx, p desk.PersonID) (*town.Shelf, error) {
	s := town.NewShelf()
	lanes, err := lanesOf(tx, p)
	for _, l := range lanes {
		s.Load(l)
		page, perr := tx.Page(l, "", 1<<20, p, "")
		if perr != nil || page.Next != "" {
			return nil, fmt.Errorf("page of %s: %w", l, perr)
		}
		if _, _, err := s.Page(page); err != nil {
			return nil, err
		}
	}
	return s, err
}

// look compares what everybody has to have with what a new computer of theirs
// gets and with what one has that was there from the beginning and comes back.
func (k *walk) look(tx *ledger.Tx, w *model.World, before map[desk.PersonID]*town.Shelf) error {
	for _, p := range smallPeople {
		want := theirs(w, p.ID)
		fresh, err := snapshot(tx, p.ID)
		if err != nil {
			return err
		}
		if got := onShelf(fresh); got != want {
			k.fail("a new computer of %s gets %q, want %q", p.ID, got, want)
		}
		lanes, err := lanesOf(tx, p.ID)
		if err != nil || lanes == nil {
			continue
		}
		old := before[p.ID].Clone()
		old.Keep(lanes)
		for _, l := range lanes {
			at := old.Lanes[l]
			if at == nil {
				page, err := tx.Page(l, "", 1<<20, p.ID, "")
				if err != nil {
					return err
				}
				old.Load(l)
				if _, _, err := old.Page(page); err != nil {
					return err
				}
				continue
			}
			b, ok, err := tx.Batch(l, at.At, p.ID, 100)
			if err != nil || !ok {
				return fmt.Errorf("batch of %s: %v %w", l, ok, err)
			}
			if b.Last == b.Prev {
				continue
			}
			if missing, err := old.Apply(b); err != nil || len(missing) > 0 {
				return fmt.Errorf("batch of %s misses %v: %w", l, missing, err)
			}
		}
		if got := onShelf(old); got != want {
			k.fail("a computer of %s that comes back has %q, want %q", p.ID, got, want)
		}
	}
	return nil
}

func onShelf(s *town.Shelf) string {
	var out []string
	for _, id := range smallTickets {
		t := s.Tickets[id]
		if t == nil {
			continue
		}
		var words []string
		for _, b := range t.Entries {
			var e desk.Entry
			if err := wire.Unmarshal(b, &e); err != nil {
				return err.Error()
			}
			if text := e.Text + e.Reason; strings.HasPrefix(text, mark) {
				words = append(words, text)
			}
		}
		slices.Sort(words)
		out = append(out, string(id[len(id)-1:])+" "+strings.Join(words, ","))
	}
	return strings.Join(out, "; ")
}

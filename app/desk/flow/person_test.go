package flow_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/app/desk/flow"
)

// same merges two people, as the ledger does, or is refused as want says.
func (w *world) same(from, into desk.PersonID, want []string) error {
	err := flow.MayMerge(w.place, from, into)
	if len(want) == 2 {
		if err == nil || string(desk.AsError(err).Code) != want[1] {
			return fmt.Errorf("got %v", err)
		}
		return nil
	}
	if err != nil {
		return err
	}
	p := w.place.People[from]
	p.Into = into
	w.place.People[from] = p
	return w.hand(func(t *desk.Ticket) (desk.Change, bool) { return flow.HandOver(t, w.place, from, into, w.now) })
}

// apart takes it back.
func (w *world) apart(from desk.PersonID) error {
	p := w.place.People[from]
	p.Into = ""
	w.place.People[from] = p
	return w.hand(func(t *desk.Ticket) (desk.Change, bool) { return flow.HandBack(t, w.place, from, w.now) })
}

func (w *world) hand(f func(*desk.Ticket) (desk.Change, bool)) error {
	for _, x := range w.beside {
		if x.t == nil {
			continue
		}
		before := text(x.t)
		ch, is := f(x.t)
		if text(x.t) != before {
			return errors.New("BROKEN: changed what it was given")
		}
		if is && (ch.Ticket.Version != x.t.Version+1 || len(ch.Entries) != 0 || !ch.Ticket.Updated.Equal(x.t.Updated)) {
			return errors.New("BROKEN: it is an event of the ticket")
		}
		if is {
			t := ch.Ticket
			x.t = &t
		}
	}
	return nil
}

func text(t *desk.Ticket) string {
	b, err := json.Marshal(t)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// TestMergingAndBack: whoever is merged with one person, in whatever order, and
// taken apart in whatever order, everything is as it was; and meanwhile the one
// sees what any of them saw.
func TestMergingAndBack(t *testing.T) {
	all := []desk.PersonID{"rita", "rene", "cora", "nora", "carl"}
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld()
		if _, err := w.give("rita", 0, start, desk.Open{Subject: "Mail", Text: "x", Department: "mail", Org: "kranich"}); err != nil {
			rt.Fatal(err)
		}
		w.t.Requester = rapid.SampledFrom(all).Draw(rt, "requester")
		w.t.CCs = nil
		for _, p := range all {
			if p != w.t.Requester && rapid.Bool().Draw(rt, "cc "+string(p)) {
				w.t.CCs = append(w.t.CCs, p)
			}
		}
		if len(w.t.CCs) > 0 && rapid.Bool().Draw(rt, "approver") {
			w.t.Approval.By = w.t.CCs[0]
		}
		for i, p := range w.t.CCs {
			if rapid.Bool().Draw(rt, "later "+string(p)) {
				w.t.Later = append(w.t.Later, desk.Since{Person: p, Seq: uint64(i + 1), At: start})
			}
		}
		was := *w.t
		begins := func(t *desk.Ticket, p desk.PersonID) uint64 {
			a := w.actor(p)
			a.Memberships = nil // their organization would let them read all of it
			if !access.CanSee(a, t) {
				return 1 << 60
			}
			n, _ := access.Begins(a, t)
			return n
		}
		sees := map[desk.PersonID]bool{}
		for _, p := range all {
			sees[p] = access.CanSee(w.actor(p), w.t)
		}
		into := rapid.SampledFrom(all).Draw(rt, "into")
		var merged []desk.PersonID
		for _, p := range rapid.Permutation(all).Draw(rt, "order") {
			if p != into && rapid.Bool().Draw(rt, "merge "+string(p)) {
				if err := w.same(p, into, nil); err != nil {
					rt.Fatal(err)
				}
				merged = append(merged, p)
			}
		}
		part := was.Requester == into || slices.Contains(was.CCs, into)
		for _, p := range merged {
			part = part || was.Requester == p || slices.Contains(was.CCs, p)
			if w.t.Requester == p || slices.Contains(w.t.CCs, p) || w.t.Approval.By == p {
				rt.Fatalf("%s still has a part in %+v", p, w.t)
			}
		}
		if got := w.t.Requester == into || slices.Contains(w.t.CCs, into); got != part {
			rt.Fatalf("%s takes part: %t, want %t", into, got, part)
		}
		most := begins(&was, into)
		for _, p := range merged {
			most = min(most, begins(&was, p))
		}
		if got := begins(w.t, into); got != most {
			rt.Fatalf("%s reads from %d, and the most that one of them could read is from %d", into, got, most)
		}
		if w.t.Requester == into && slices.Contains(w.t.CCs, into) {
			rt.Fatal("is in copy of their own")
		}
		for _, p := range rapid.Permutation(merged).Draw(rt, "back") {
			if err := w.apart(p); err != nil {
				rt.Fatal(err)
			}
		}
		slices.Sort(was.CCs)
		slices.Sort(w.t.CCs)
		if w.t.Requester != was.Requester || !slices.Equal(w.t.CCs, was.CCs) || w.t.Approval.By != was.Approval.By || w.t.Handed != nil {
			rt.Fatalf("merged %v into %s and back:\n%s %v %s\nwas\n%s %v %s", merged, into, w.t.Requester, w.t.CCs, w.t.Approval.By, was.Requester, was.CCs, was.Approval.By)
		}
		for _, p := range all {
			if got := access.CanSee(w.actor(p), w.t); got != sees[p] {
				rt.Fatalf("%s sees it: %t", p, got)
			}
			if got, want := begins(w.t, p), begins(&was, p); got != want {
				rt.Fatalf("%s reads from %d, and did from %d", p, got, want)
			}
		}
	})
}

// TestHandedIsTheTeams: that two people are one is no customer's business
// beyond who asks.
func TestHandedIsTheTeams(t *testing.T) {
	w := newWorld()
	if _, err := w.give("nora", 0, start, desk.Open{Subject: "Mail", Text: "x", Department: "mail", Org: "kranich"}); err != nil {
		t.Fatal(err)
	}
	if err := w.same("nora", "rita", nil); err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(access.Customer(w.t))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(b), `"handed"`) {
		t.Errorf("customers read %s", b)
	}
	if len(w.t.Handed) != 1 {
		t.Errorf("handed %+v", w.t.Handed)
	}
}

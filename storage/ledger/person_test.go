package ledger_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"docket/app/desk"
	"docket/storage/ledger"
)

func (w *world) merge(from, into desk.PersonID) (m ledger.Merged) {
	w.Helper()
	w.update(func(tx *ledger.Tx) (err error) {
		m, err = tx.MergePerson(from, into)
		return err
	})
	return m
}

func (w *world) unmerge(from desk.PersonID) (m ledger.Merged) {
	w.Helper()
	w.update(func(tx *ledger.Tx) (err error) {
		m, err = tx.UnmergePerson(from)
		return err
	})
	return m
}

// in gives the tickets of a lane.
func (w *world) in(lane desk.LaneID) (out []desk.TicketID) {
	w.Helper()
	w.view(func(tx *ledger.Tx) error {
		p, err := tx.Page(lane, "", 1<<20, "", "")
		for _, it := range p.Items {
			if it.Kind == desk.ItemEnter {
				out = append(out, it.Ticket)
			}
		}
		return err
	})
	slices.Sort(out)
	return out
}

func (w *world) epoch(p desk.PersonID) (n uint64) {
	w.Helper()
	w.view(func(tx *ledger.Tx) (err error) {
		n, err = tx.AuthEpoch(p)
		return err
	})
	return n
}

func (w *world) login(as string) (p desk.PersonID) {
	w.Helper()
	w.view(func(tx *ledger.Tx) error {
		x, err := tx.PersonByLogin(as)
		p = x.ID
		return err
	})
	return p
}

func (w *world) actor(p desk.PersonID) (a desk.Actor) {
	w.Helper()
	w.view(func(tx *ledger.Tx) (err error) {
		a, err = tx.Actor(p)
		return err
	})
	return a
}

// Somebody who is there twice goes on as one: tickets, what they follow, what
// they have read, what they may read and how they sign in. Taking it back gives
// back what was theirs and takes nothing that was the other's.
func TestMergePerson(t *testing.T) {
	stores(t, func(w *world) {
		theirs, own, copied := w.ask(1, "ben", "disk"), w.ask(2, "ann", "mail"), w.ask(3, "al", "dns")
		w.do("eve", copied, desk.SetCCs{Add: []desk.PersonID{"ben"}})
		w.do("ben", theirs, desk.MarkRead{Seq: 1})
		w.do("ben", theirs, desk.SetFollow{What: desk.FollowTicket, Level: desk.FollowReplies})
		w.do("ben", copied, desk.SetFollow{What: desk.FollowTicket, Level: desk.FollowAll})
		w.do("ann", copied, desk.SetFollow{What: desk.FollowTicket, Level: desk.FollowNone})
		before, ann, ben := w.follows("ben"), w.epoch("ann"), w.epoch("ben")
		annAt, benAt := w.head("c/user/ann"), w.head("c/user/ben")

		if m := w.merge("ben", "ann"); m != (ledger.Merged{Tickets: 2, Follows: 1, Organizations: 1}) {
			t.Errorf("merged %+v", m)
		}
		if got := w.in("c/user/ann"); !slices.Equal(got, []desk.TicketID{theirs, own, copied}) {
			t.Errorf("ann has %v", got)
		}
		if got := w.in("c/user/ben"); len(got) != 0 {
			t.Errorf("ben has %v", got)
		}
		if got := says(w.batch("c/user/ben", benAt, "ben", 10).Items); !strings.Contains(got, "leave") || strings.Contains(got, "follow") {
			t.Errorf("ben's lane is told %s", got)
		}
		if got := says(w.batch("c/user/ann", annAt, "ann", 10).Items); strings.Count(got, "enter") != 2 {
			t.Errorf("ann's lane is told %s", got)
		}
		if w.epoch("ann") == ann || w.epoch("ben") == ben {
			t.Error("rights have not moved")
		}
		for _, as := range []string{"ben", "BEN@birch.example", "ann", "ann@acme.example"} {
			if got := w.login(as); got != "ann" {
				t.Errorf("%s signs in as %s", as, got)
			}
		}
		if a := w.actor("ben"); a.Person != "ann" || a.OrgAccess("acme") != desk.OrgRead || len(a.Memberships) != 2 {
			t.Errorf("a computer of ben acts as %+v", a)
		}
		if f := w.follows("ann"); f["ticket/"+string(theirs)].Level != desk.FollowReplies || f["ticket/"+string(copied)].Level != desk.FollowNone {
			t.Errorf("ann follows %+v", f)
		}
		w.view(func(tx *ledger.Tx) error {
			if n, err := tx.ReadUpTo("ann", theirs); n != 1 {
				t.Errorf("ann has read %d, %v", n, err)
			}
			return nil
		})
		for _, pair := range [][2]desk.PersonID{{"ben", "ann"}, {"ann", "al"}, {"al", "ben"}, {"al", "al"}, {"al", "eve"}, {"nobody", "al"}} {
			err := w.l.Update(context.Background(), func(tx *ledger.Tx) error {
				_, err := tx.MergePerson(pair[0], pair[1])
				return err
			})
			if e := desk.AsError(err); err == nil || e.Code == desk.CodeInternal || e.Hint == "" {
				t.Errorf("%s into %s: %v", pair[0], pair[1], err)
			}
		}
		// A declaration that knows nothing of it.
		w.update(func(tx *ledger.Tx) error {
			if _, err := tx.RemovePerson("ben"); !errors.Is(err, desk.ErrConflict) {
				t.Errorf("removed: %v", err)
			}
			return nil
		})

		since := w.ask(4, "ann", "since")
		w.do("ann", theirs, desk.Reply{Text: "by ann"})
		if m := w.unmerge("ben"); m != (ledger.Merged{Tickets: 2, Follows: 1, Organizations: 1}) {
			t.Errorf("taken back %+v", m)
		}
		if got := w.in("c/user/ann"); !slices.Equal(got, []desk.TicketID{own, since}) {
			t.Errorf("ann has %v", got)
		}
		if got := w.in("c/user/ben"); !slices.Equal(got, []desk.TicketID{theirs, copied}) {
			t.Errorf("ben has %v", got)
		}
		if got := w.follows("ben"); len(got) != len(before) || got["ticket/"+string(theirs)] != before["ticket/"+string(theirs)] || got["ticket/"+string(copied)] != before["ticket/"+string(copied)] {
			t.Errorf("ben follows %+v, had %+v", got, before)
		}
		if got := w.follows("ann"); len(got) != 1 || got["ticket/"+string(copied)].Level != desk.FollowNone {
			t.Errorf("ann follows %+v", got)
		}
		if w.login("ben@birch.example") != "ben" || w.login("ben") != "ben" || w.actor("ben").Person != "ben" || len(w.actor("ann").Memberships) != 1 {
			t.Error("they are not two")
		}
		w.view(func(tx *ledger.Tx) error {
			tail, err := tx.Tail(theirs, 0)
			if last := tail[len(tail)-1]; last.Author != "ann" || last.Text != "by ann" {
				t.Errorf("what ann wrote is %+v", last)
			}
			return err
		})
		err := w.l.Update(context.Background(), func(tx *ledger.Tx) error {
			_, err := tx.UnmergePerson("ben")
			return err
		})
		if !errors.Is(err, desk.ErrNotFound) {
			t.Errorf("twice: %v", err)
		}
	})
}

// An address that was given to the other meanwhile cannot be given back by
// itself; nothing is changed then.
func TestUnmergeAnAddressThatMoved(t *testing.T) {
	stores(t, func(w *world) {
		ticket := w.ask(1, "ben", "disk")
		w.merge("ben", "ann")
		w.update(func(tx *ledger.Tx) error {
			place, err := tx.Place()
			if err != nil {
				return err
			}
			p := place.People["ann"]
			p.Emails = []string{"ben@birch.example"}
			_, err = tx.PutPerson(p)
			return err
		})
		err := w.l.Update(context.Background(), func(tx *ledger.Tx) error {
			_, err := tx.UnmergePerson("ben")
			return err
		})
		if !errors.Is(err, desk.ErrConflict) || !strings.Contains(err.Error(), "ben@birch.example") {
			t.Fatalf("got %v", err)
		}
		if got := w.in("c/user/ann"); !slices.Equal(got, []desk.TicketID{ticket}) || w.login("ben") != "ann" {
			t.Errorf("ann has %v, and ben signs in as %s", got, w.login("ben"))
		}
	})
}

// What a merged person's computer sent before is not done twice when the same is
// sent again as the other, and what they uploaded can still be attached.
func TestMergedSendOnce(t *testing.T) {
	stores(t, func(w *world) {
		d := desk.Device{ID: desk.DeviceID(id(9, 1)), Person: "ben", Name: "old", Created: w.clock, LastSeen: w.clock}
		w.update(func(tx *ledger.Tx) error {
			if err := tx.PutDevice(d, []byte("token")); err != nil {
				return err
			}
			return tx.SaveResult(d.ID, 1, desk.Receipt{DSeq: 1, Command: "c1", Outcome: desk.OK, Hash: "h"})
		})
		w.merge("ben", "ann")
		w.view(func(tx *ledger.Tx) error {
			if _, found, err := tx.ResultOf("ann", "c1"); !found || err != nil {
				t.Errorf("found %t, %v", found, err)
			}
			if _, found, _ := tx.ResultOf("al", "c1"); found {
				t.Error("al has a result of ben's")
			}
			return nil
		})
	})
}

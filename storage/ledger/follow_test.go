package ledger_test

import (
	"context"
	"strings"
	"testing"

	"docket/app/desk"
	"docket/storage/ledger"
)

func (w *world) follows(p desk.PersonID) (out map[string]desk.Follow) {
	w.Helper()
	out = map[string]desk.Follow{}
	w.view(func(tx *ledger.Tx) error {
		all, err := tx.Follows(p)
		for _, f := range all {
			out[f.Key()] = f
		}
		return err
	})
	return out
}

// What somebody follows is told in their own lane and in no other, ends when
// they lose the sight of it, and changes sides with them.
func TestFollowing(t *testing.T) {
	stores(t, func(w *world) {
		ask1 := ask("ann", "mail")
		ask1.Org = "acme"
		w.do("ann", ticketID(1), ask1)
		ticket := "ticket/" + string(ticketID(1))
		before := map[desk.LaneID]desk.Cursor{}
		for _, lane := range []desk.LaneID{"c/user/al", "c/user/ann", "c/org/acme", "s/dept/front", "c/dir/acme", "s/dir", "c/dir"} {
			before[lane] = w.head(lane)
		}
		w.wantLanes("al follows", w.do("al", ticketID(1), desk.SetFollow{What: desk.FollowTicket, Level: desk.FollowAll}), "c/user/al")
		w.do("al", ticketID(1), desk.SetFollow{What: desk.FollowOrganization, Org: "acme", Level: desk.FollowReplies})
		if got := says(w.batch("c/user/al", before["c/user/al"], "al", 10).Items); got != "ref follow/"+ticket+", ref follow/organization/acme" {
			t.Errorf("al is told %s", got)
		}
		for lane, at := range before {
			if got := w.head(lane); lane != "c/user/al" && got.Seq != at.Seq {
				t.Errorf("%s heard of it", lane)
			}
		}
		w.do("eve", ticketID(1), desk.SetFollow{What: desk.FollowTicket, Level: desk.FollowReplies})

		w.do("ann", ticketID(1), desk.SetPrivate{Private: true})
		if f := w.follows("al")[ticket]; f.Ended.IsZero() || f.Level != "" {
			t.Errorf("the ticket was hidden and al follows %+v", f)
		}
		if f := w.follows("eve")[ticket]; !f.Ended.IsZero() || f.Level != desk.FollowReplies {
			t.Errorf("eve sees it still and follows %+v", f)
		}
		if f := w.follows("al")["organization/acme"]; !f.Ended.IsZero() {
			t.Errorf("al reads what the others ask and follows %+v", f)
		}
		put := func(p desk.Person) {
			w.update(func(tx *ledger.Tx) error {
				_, err := tx.PutPerson(p)
				return err
			})
		}
		al := people()[1]
		al.Memberships[0].Access = desk.OrgNone
		put(al)
		if f := w.follows("al")["organization/acme"]; f.Ended.IsZero() {
			t.Errorf("al may not read it and follows %+v", f)
		}
		eve := people()[3]
		eve.Departments = []desk.DeptID{"billing"}
		put(eve)
		if f := w.follows("eve")[ticket]; f.Ended.IsZero() {
			t.Errorf("eve left the department and follows %+v", f)
		}
		al = people()[1]
		al.Role, al.Memberships, al.Departments = desk.Engineer, nil, []desk.DeptID{"front"}
		put(al)
		if got := len(w.follows("al")); got != 2 {
			t.Errorf("al is staff now and keeps %d", got)
		}
		w.do("al", ticketID(1), desk.SetFollow{What: desk.FollowTicket, Level: desk.FollowAll})
		w.update(func(tx *ledger.Tx) error {
			_, err := tx.RemovePerson("al")
			return err
		})
		put(people()[1])
		if got := w.follows("al"); len(got) != 0 {
			t.Errorf("somebody new follows %v", got)
		}
		w.checked()
	})
}

// Whoever followed a ticket that is deleted follows it no more, keeps the rest,
// and may change their rights afterwards.
func TestWhatIsDeletedIsNotFollowed(t *testing.T) {
	stores(t, func(w *world) {
		w.do("ann", ticketID(1), ask("ann", "mail"))
		w.do("eve", ticketID(1), desk.SetFollow{What: desk.FollowTicket, Level: desk.FollowAll})
		at := w.head("s/user/eve")
		w.update(func(tx *ledger.Tx) error { return tx.Purge([]desk.TicketID{ticketID(1)}) })
		if got := w.follows("eve"); len(got) != 0 {
			t.Errorf("it is deleted and eve follows %v", got)
		}
		if got := says(w.batch("s/user/eve", at, "eve", 10).Items); !strings.Contains(got, "ref follow/ticket/"+string(ticketID(1))) {
			t.Errorf("eve's computers are told %q", got)
		}
		eve := people()[3]
		eve.Departments = []desk.DeptID{"billing"}
		w.update(func(tx *ledger.Tx) error {
			_, err := tx.PutPerson(eve)
			return err
		})
		w.checked()
	})
}

func (w *world) checked() {
	w.Helper()
	if r, err := w.l.CheckAll(context.Background()); err != nil {
		w.Errorf("%v: %v", err, r.Problems)
	}
}

// A snapshot of somebody's own lane has what they follow and their tickets: what
// is told to them alone comes before the tickets and not instead of them.
func TestAPageHasFollowsAndTickets(t *testing.T) {
	stores(t, func(w *world) {
		id := w.ask(1, "ann", "mail")
		w.do("ann", id, desk.SetFollow{What: desk.FollowTicket, Level: desk.FollowAll})
		w.view(func(tx *ledger.Tx) error {
			p, err := tx.Page("c/user/ann", "", 1<<20, "ann", "")
			if got, want := says(p.Items), "ref follow/ticket/"+string(id)+", enter"; err != nil || !strings.HasPrefix(got, want) {
				t.Errorf("got %q, want %q, %v", got, want, err)
			}
			return nil
		})
	})
}

package ledger_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/app/desk/flow"
	"docket/storage/ledger"
	"docket/sync/wire"
)

// helps decides a command of the knowledge base as the authority would.
func (w *world) helps(who desk.PersonID, args desk.Args) (ch desk.HelpChange) {
	w.Helper()
	w.clock = w.clock.Add(time.Second)
	w.command++
	w.update(func(tx *ledger.Tx) error {
		a, err := tx.Actor(who)
		if err != nil {
			return err
		}
		place, err := tx.Place()
		if err != nil {
			return err
		}
		h, err := tx.Help(who, args)
		if err != nil {
			return err
		}
		if ch, err = flow.Helps(args, desk.CommandID(id(2, w.command)), h, a, place, w.clock); err != nil {
			return fmt.Errorf("%T by %s: %w", args, who, err)
		}
		return tx.KeepHelp(who, ch)
	})
	return ch
}

// shelf is all of the knowledge base that somebody holds by their lanes' snapshots.
func (w *world) shelf(who desk.PersonID) (out []string) {
	w.Helper()
	w.view(func(tx *ledger.Tx) error {
		a, err := tx.Actor(who)
		if err != nil {
			return err
		}
		for _, lane := range access.LanesFor(a) {
			if !access.IsHelp(lane) && !strings.Contains(string(lane), "/user/") {
				continue
			}
			for token := ""; ; {
				p, err := tx.Page(lane, token, 500, who, "")
				if err != nil {
					return err
				}
				for _, it := range p.Items {
					if it.Ref != nil {
						out = append(out, string(it.Ref.Kind)+"/"+it.Ref.ID+" "+readable(it.Ref.Body))
					}
				}
				if token = p.Next; token == "" {
					break
				}
			}
		}
		return nil
	})
	slices.Sort(out)
	return out
}

func readable(body []byte) string {
	var v any
	if err := (wire.Codec{}).Unmarshal(body, &v); err != nil {
		return err.Error()
	}
	return fmt.Sprint(v)
}

func holds(shelf []string, text string) bool {
	return slices.ContainsFunc(shelf, func(s string) bool { return strings.Contains(s, text) })
}

func art(n int) desk.ArticleID { return desk.ArticleID(id(8, n)) }

// Everybody holds of the knowledge base what is for them, by the same lanes from
// the beginning and as it goes on, and nothing the team does beside it moves a
// customer's lane.
func TestArticlesInLanes(t *testing.T) {
	stores(t, func(w *world) {
		everybody := []desk.LaneID{"s/help", "c/help", "c/help/acme", "c/help/birch", "c/user/ann", "c/user/ben", "s/user/eve", "s/dir", "c/dir"}
		told := func(do func(), want ...desk.LaneID) {
			t.Helper()
			before := map[desk.LaneID]uint64{}
			for _, lane := range everybody {
				before[lane] = w.head(lane).Seq
			}
			do()
			var got []desk.LaneID
			for _, lane := range everybody {
				if w.head(lane).Seq > before[lane] {
					got = append(got, lane)
				}
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("told %v, want %v", got, want)
			}
		}
		write := func(n int, who desk.PersonID, edit uint64, wr desk.Writing) func() {
			return func() { w.helps(who, desk.WriteArticle{Article: art(n), Edit: edit, Writing: wr, Send: true}) }
		}
		move := func(n int, edit uint64, step desk.ArticleStep) func() {
			return func() {
				w.helps("ada", desk.MoveArticle{Article: art(n), Edit: edit, Step: step, Reason: "because"})
			}
		}
		all := desk.Writing{Section: "mail", Title: "PUBLIC", Text: "x", Readers: desk.ReadersPublic, Tags: []string{"internaltag"}}
		theirs := desk.Writing{Section: "mail", Title: "ACMES", Text: "x", Readers: desk.ReadersOrg, Org: "acme"}
		ours := desk.Writing{Section: "mail", Title: "TEAMS", Text: "x", Readers: desk.ReadersStaff}
		told(func() {
			w.helps("ada", desk.SaveSection{Section: desk.Section{ID: "mail", Name: "Mail", Readers: desk.ReadersCustomers}})
		}, "s/help", "c/help")
		told(write(1, "eve", 0, all), "s/help")
		told(move(1, 1, desk.StepPublish), "s/help", "c/help")
		told(write(2, "eve", 0, theirs), "s/help")
		told(move(2, 1, desk.StepPublish), "s/help", "c/help/acme")
		told(write(3, "eve", 0, ours), "s/help")
		told(move(3, 1, desk.StepPublish), "s/help")
		all.Title = "SECRET"
		told(write(1, "hal", 2, all), "s/help") // a change nobody has seen
		for who, want := range map[desk.PersonID]string{"ann": "PUBLIC ACMES", "ben": "PUBLIC", "eve": "PUBLIC ACMES TEAMS SECRET"} {
			shelf := w.shelf(who)
			for _, text := range []string{"PUBLIC", "ACMES", "TEAMS", "SECRET", "internaltag"} {
				if has := holds(shelf, text); has != (strings.Contains(want, text) || text == "internaltag" && who == "eve") {
					t.Errorf("%s holds %s: %t", who, text, has)
				}
			}
		}
		all.Title = "NEWER"
		told(write(1, "hal", 3, all), "s/help")
		told(move(1, 4, desk.StepPublish), "s/help", "c/help")
		if shelf := w.shelf("ben"); !holds(shelf, "earlier/") || !holds(shelf, "PUBLIC") || !holds(shelf, "NEWER") || holds(shelf, "SECRET") {
			t.Errorf("ben holds %v", shelf)
		}
		// Votes tell their author and the team, and readers only at a step.
		told(func() { w.helps("ann", desk.VoteArticle{Article: art(1), Helpful: true, Solved: true}) }, "s/help", "c/user/ann")
		told(func() { w.helps("ann", desk.VoteArticle{Article: art(1), Helpful: true}) })
		told(func() { w.helps("ann", desk.VoteArticle{Article: art(1)}) }, "s/help", "c/user/ann")
		told(func() { w.helps("ben", desk.CommentArticle{Article: art(1), Text: "BENSWORD"}) }, "s/help", "c/user/ben")
		told(func() { w.helps("eve", desk.CommentArticle{Article: art(1), Text: "OURWORD"}) }, "s/help")
		if shelf := w.shelf("ann"); holds(shelf, "BENSWORD") || holds(shelf, "OURWORD") || !holds(shelf, "vote/") {
			t.Errorf("ann holds %v", shelf)
		}
		// Narrowed to one organization it leaves all others, with what it said before.
		theirs.Title = "NARROW"
		told(write(1, "eve", 5, theirs), "s/help")
		told(move(1, 6, desk.StepPublish), "s/help", "c/help", "c/help/acme")
		if shelf := w.shelf("ben"); holds(shelf, "article/"+string(art(1))) || holds(shelf, "earlier/") {
			t.Errorf("ben still holds %v", shelf)
		}
		if shelf := w.shelf("ann"); !holds(shelf, "NEWER") || !holds(shelf, "NARROW") {
			t.Errorf("ann holds %v", shelf)
		}
		told(move(1, 7, desk.StepRetire), "s/help", "c/help/acme")
		if shelf := w.shelf("ann"); holds(shelf, "NARROW") || holds(shelf, "NEWER") || !holds(shelf, "ACMES") {
			t.Errorf("ann still holds %v", shelf)
		}
		w.checked()
	})
}

// What a customer contributes is theirs until they send it, and they hear how it
// goes from what they may know alone.
func TestContributionsInLanes(t *testing.T) {
	stores(t, func(w *world) {
		w.helps("ada", desk.SaveSection{Section: desk.Section{ID: "mail", Name: "Mail", Readers: desk.ReadersCustomers}})
		w.helps("ann", desk.WriteArticle{Article: art(1), Writing: desk.Writing{Section: "mail", Title: "MINE", Text: "x"}})
		if holds(w.shelf("eve"), "MINE") || holds(w.shelf("al"), "MINE") || !holds(w.shelf("ann"), "MINE") {
			t.Error("what is not sent is not theirs alone")
		}
		w.helps("ann", desk.WriteArticle{Article: art(1), Edit: 1, Writing: desk.Writing{Section: "mail", Title: "MINE", Text: "x"}, Send: true})
		if !holds(w.shelf("eve"), "MINE") || holds(w.shelf("al"), "MINE") {
			t.Error("what is sent is not with the team")
		}
		was := w.head("c/user/ann")
		w.helps("eve", desk.WriteArticle{Article: art(1), Edit: 2, Writing: desk.Writing{Section: "mail", Title: "OURS", Text: "x", Readers: desk.ReadersOrg, Org: "birch"}, Send: true})
		if w.head("c/user/ann").Seq != was.Seq {
			t.Error("ann hears that somebody works on it")
		}
		w.helps("ada", desk.MoveArticle{Article: art(1), Edit: 3, Step: desk.StepPublish})
		if w.head("c/user/ann").Seq != was.Seq || holds(w.shelf("ann"), "OURS") || !holds(w.shelf("ben"), "OURS") {
			t.Error("ann hears of what is for others")
		}
		// Once she may read it, she is told that it is published.
		ann := people()[0]
		ann.Memberships = append(ann.Memberships, desk.Membership{Org: "birch", Access: desk.OrgRead})
		w.update(func(tx *ledger.Tx) error { _, err := tx.PutPerson(ann); return err })
		if shelf := w.shelf("ann"); !holds(shelf, "OURS") || !holds(shelf, "published") {
			t.Errorf("ann holds %v", shelf)
		}
		// A draft that came to nothing leaves nothing.
		w.helps("ben", desk.WriteArticle{Article: art(2), Writing: desk.Writing{Section: "mail", Title: "TRIED", Text: "x"}})
		w.helps("ben", desk.MoveArticle{Article: art(2), Edit: 1, Step: desk.StepDrop})
		if holds(w.shelf("ben"), "TRIED") {
			t.Error("it is there still")
		}
		w.checked()
	})
}

// What somebody contributed goes along when they go on as somebody else, and back.
func TestContributionsOfWhoIsMerged(t *testing.T) {
	w := newWorld(t, "sqlite:"+t.TempDir()+"/ledger.db")
	w.helps("ann", desk.WriteArticle{Article: art(1), Writing: desk.Writing{Title: "MINE", Text: "x"}})
	w.merge("ann", "al")
	if !holds(w.shelf("al"), "MINE") {
		t.Errorf("al holds %v", w.shelf("al"))
	}
	w.unmerge("ann")
	if holds(w.shelf("al"), "MINE") || !holds(w.shelf("ann"), "MINE") {
		t.Error("it did not go back")
	}
	w.merge("ann", "al")
	w.helps("al", desk.WriteArticle{Article: art(1), Edit: 1, Writing: desk.Writing{Title: "OURS", Text: "x"}})
	if shelf := w.shelf("al"); !holds(shelf, "OURS") {
		t.Errorf("al holds %v", shelf)
	}
}

// No more than the newest of what an article said before are kept.
func TestEarlierTextsAreBounded(t *testing.T) {
	w := newWorld(t, "sqlite:"+t.TempDir()+"/ledger.db")
	w.helps("ada", desk.SaveSection{Section: desk.Section{ID: "mail", Name: "Mail", Readers: desk.ReadersCustomers}})
	for n := range uint64(desk.MaxEarlier + 3) {
		w.helps("ada", desk.WriteArticle{Article: art(1), Edit: 2 * n, Writing: desk.Writing{Section: "mail", Title: fmt.Sprintf("T%02d", n), Text: "x", Readers: desk.ReadersPublic}})
		w.helps("ada", desk.MoveArticle{Article: art(1), Edit: 2*n + 1, Step: desk.StepPublish})
	}
	for _, who := range []desk.PersonID{"eve", "ben"} {
		shelf := w.shelf(who)
		n := 0
		for _, s := range shelf {
			if strings.HasPrefix(s, "earlier/") {
				n++
			}
		}
		if n != desk.MaxEarlier || holds(shelf, "T01") || !holds(shelf, "T02") {
			t.Errorf("%s holds %d of them: %v", who, n, shelf)
		}
	}
}

// A view moves what its reader has and the team, and nobody else's; who contributed
// the article is told in steps.
func TestViewsOfAnArticle(t *testing.T) {
	stores(t, func(w *world) {
		w.helps("ada", desk.SaveSection{Section: desk.Section{ID: "mail", Name: "Mail", Readers: desk.ReadersPublic}})
		w.helps("ann", desk.WriteArticle{Article: art(1), Writing: desk.Writing{Section: "mail", Title: "A trick", Text: "x"}, Send: true})
		w.helps("ada", desk.WriteArticle{Article: art(1), Edit: 1, Writing: desk.Writing{Section: "mail", Title: "A trick", Text: "x", Readers: desk.ReadersPublic}})
		w.helps("ada", desk.MoveArticle{Article: art(1), Edit: 2, Step: desk.StepPublish})
		read := desk.ReadArticle{Article: art(1)}
		w.helps("ann", read) // her own
		everybody := func() map[desk.PersonID][]string {
			out := map[desk.PersonID][]string{}
			for _, p := range []desk.PersonID{"ann", "al", "ben"} {
				out[p] = w.shelf(p)
			}
			return out
		}
		before := everybody()
		w.helps("al", read)
		w.helps("al", read)
		after := everybody()
		if !slices.Equal(before["ann"], after["ann"]) || !slices.Equal(before["ben"], after["ben"]) {
			t.Errorf("others had %q and have %q", before, after)
		}
		if !holds(after["al"], "seen/"+string(art(1))) || !holds(w.shelf("ada"), "views:1") {
			t.Errorf("al has %q, ada %q", after["al"], w.shelf("ada"))
		}
		w.update(func(tx *ledger.Tx) error {
			for i := range 4 {
				p := desk.PersonID(fmt.Sprint("reader", i))
				if _, err := tx.PutPerson(desk.Person{ID: p, Name: string(p), Email: string(p) + "@example.org", Role: desk.Customer, Memberships: []desk.Membership{{}}}); err != nil {
					return err
				}
			}
			return nil
		})
		for i := range 4 {
			if holds(w.shelf("ann"), "views") {
				t.Errorf("ann is told of %d", i+1)
			}
			w.helps(desk.PersonID(fmt.Sprint("reader", i)), read)
		}
		if !holds(w.shelf("ann"), "views:5") || holds(w.shelf("al"), "views") || !slices.Equal(before["ben"], w.shelf("ben")) {
			t.Errorf("with five ann has %q", w.shelf("ann"))
		}
	})
}

package server_test

import (
	"strings"
	"testing"

	"docket/app/desk"
	"docket/sync/cmd/docketd/runtest"
)

// TestArticlesReachTheirReaders follows a word for each audience over the wire,
// live and to who comes later, while articles are written, published, changed,
// narrowed and retired: nobody is sent what is not for them.
func TestArticlesReachTheirReaders(t *testing.T) {
	s := runtest.NewServer(t, "")
	people := []desk.PersonID{"elif", "lars", "jonas", "petra", "lea", "ada"}
	live := map[desk.PersonID]*runtest.Client{}
	for _, p := range people {
		live[p] = s.Connect(p)
		live[p].Sync()
	}
	does := func(p desk.PersonID, args desk.Args, want desk.Outcome) {
		t.Helper()
		if r := live[p].Do(desk.TicketID(runtest.UUID()), 0, args); r.Outcome != want || r.Seq != 0 || r.Number != 0 {
			t.Errorf("%T by %s: %+v, %v", args, p, r, r.Error)
		}
	}
	section := desk.SaveSection{Section: desk.Section{ID: "mail", Name: "Mail", Readers: desk.ReadersPublic}}
	does("jonas", section, desk.Refused)
	does("lea", section, desk.OK)
	ids := map[string]desk.ArticleID{}
	for name, w := range map[string]desk.Writing{
		"PUBLIC": {Readers: desk.ReadersPublic}, "CUSTOMERS": {Readers: desk.ReadersCustomers}, "BAKERYS": {Readers: desk.ReadersOrg, Org: "bakery"},
		"STUDIOS": {Readers: desk.ReadersOrg, Org: "studio"}, "TEAMS": {Readers: desk.ReadersStaff}, "DRAFTED": {Readers: desk.ReadersPublic},
	} {
		id := desk.ArticleID(runtest.UUID())
		ids[name] = id
		w.Section, w.Title, w.Text, w.Tags = "mail", "CANARY-"+name, "text", []string{"canary-tag"}
		does("jonas", desk.WriteArticle{Article: id, Writing: w, Send: true}, desk.OK)
		if name != "DRAFTED" {
			does("jonas", desk.MoveArticle{Article: id, Edit: 1, Step: desk.StepPublish}, desk.Refused)
			does("lea", desk.MoveArticle{Article: id, Edit: 1, Step: desk.StepPublish}, desk.OK)
		}
	}
	does("elif", desk.CommentArticle{Article: ids["PUBLIC"], Text: "CANARY-elifs"}, desk.OK)
	does("petra", desk.CommentArticle{Article: ids["PUBLIC"], Text: "CANARY-ours"}, desk.OK)
	does("elif", desk.VoteArticle{Article: ids["BAKERYS"], Helpful: true}, desk.OK)
	does("lars", desk.VoteArticle{Article: ids["BAKERYS"], Helpful: true}, desk.Refused)
	does("lars", desk.CommentArticle{Article: ids["TEAMS"], Text: "x"}, desk.Refused)
	does("lars", desk.WriteArticle{Article: desk.ArticleID(runtest.UUID()), Writing: desk.Writing{Title: "CANARY-unsent", Text: "x"}}, desk.OK)
	check := func(when string, clients map[desk.PersonID]*runtest.Client, may map[string]string) {
		t.Helper()
		for p, c := range clients {
			c.Quiet()
			for word, readers := range may {
				has := strings.Contains(c.Raw(), "CANARY-"+word) || strings.Contains(c.Raw(), word) && strings.HasPrefix(word, "canary")
				if want := strings.Contains(" "+readers+" ", " "+string(p)+" "); has != want {
					t.Errorf("%s: %s was sent %s: %t", when, p, word, has)
				}
			}
		}
	}
	const team = " jonas petra lea ada"
	may := map[string]string{
		"PUBLIC": "elif lars" + team, "CUSTOMERS": "elif lars" + team, "BAKERYS": "elif" + team, "STUDIOS": "lars" + team, "TEAMS": team[1:], "DRAFTED": team[1:],
		"elifs": "elif" + team, "ours": team[1:], "unsent": "lars", "canary-tag": team[1:],
	}
	for _, c := range live {
		c.CatchUp()
	}
	check("live", live, may)
	late := func() map[desk.PersonID]*runtest.Client {
		out := map[desk.PersonID]*runtest.Client{}
		for _, p := range people {
			out[p] = s.Client(p)
			out[p].Snapshots(out[p].Hello().Lanes)
		}
		return out
	}
	check("later", late(), may)

	// Narrowed and retired, it is not sent to whom it was for before.
	does("lea", desk.WriteArticle{Article: ids["PUBLIC"], Edit: 2, Writing: desk.Writing{Section: "mail", Title: "CANARY-NARROW", Text: "x", Readers: desk.ReadersOrg, Org: "bakery"}}, desk.OK)
	does("lea", desk.MoveArticle{Article: ids["PUBLIC"], Edit: 3, Step: desk.StepPublish}, desk.OK)
	does("lea", desk.MoveArticle{Article: ids["CUSTOMERS"], Edit: 2, Step: desk.StepRetire}, desk.OK)
	may["NARROW"], may["PUBLIC"], may["CUSTOMERS"] = "elif"+team, "elif"+team, team[1:]
	check("after that", late(), may)
}

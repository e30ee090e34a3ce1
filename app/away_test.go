package app_test

import (
	"testing"
	"time"

	"docket/app"
)

// Somebody is away: the team reads it beside their tickets and where somebody is
// chosen, the customer nowhere; who stands in is told what the customer writes.
func TestAwayAndWhoStandsIn(t *testing.T) {
	s, elif, jonas, o := aTicket(t)
	if err := jonas.api.Assign(o.Ticket, "jonas", "", nil); err != nil {
		t.Fatal(err)
	}
	ada := newDesktop(t)
	ada.signIn(s.URL, "ada")
	until(t, "it is his", func() bool { return elif.ticket(o.Ticket).AssigneeName == "Jonas Vos" })
	back := time.Now().Add(50 * time.Hour).Truncate(time.Minute)
	if err := jonas.api.SetAway("jonas", "", back.Format(time.RFC3339), ""); err == nil {
		t.Error("away, and nobody stands in")
	}
	if err := jonas.api.SetAway("jonas", "", back.Format(time.RFC3339), "ada"); err != nil {
		t.Fatal(err)
	}
	day := back.Local().Format("Monday 2 January")
	until(t, "the team reads it", func() bool {
		return ada.ticket(o.Ticket).Away == "Jonas is away until "+day+"; you stand in" && jonas.ticket(o.Ticket).Away == "You are away until "+day+"; Ada stands in"
	})
	if got := elif.ticket(o.Ticket).Away; got != "" {
		t.Errorf("the customer reads %q", got)
	}
	if all, err := elif.api.Away(); err != nil || len(all) != 0 {
		t.Errorf("the customer reads %+v, %v", all, err)
	}
	all, err := ada.api.Away()
	if err != nil || len(all) < 3 || all[0].ID != "ada" || !all[0].Mine {
		t.Fatalf("ada reads %+v, %v", all, err)
	}
	for _, x := range all {
		if x.ID == "jonas" && (!x.Now || x.Stands != "Ada Root" || !x.May) {
			t.Errorf("of jonas: %+v", x)
		}
	}
	staff, err := ada.api.Staff("hosting")
	hint := ""
	for _, x := range staff {
		if x.ID == "jonas" {
			hint = x.Hint
		}
	}
	if err != nil || hint != "away until "+day {
		t.Errorf("where somebody is chosen: %q, %v", hint, err)
	}
	if c, err := ada.api.SuggestOwner(o.Ticket); err != nil || c.ID == "jonas" {
		t.Errorf("suggested: %+v, %v", c, err)
	}
	if err := elif.api.Reply(o.Ticket, "Still 502.", []string{}, elif.ticket(o.Ticket).LastSeq, "", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	until(t, "ada is told", func() bool {
		for _, e := range ada.ticket(o.Ticket).Entries {
			if e.Line == "Jonas Vos is away: told you" && e.Internal {
				return true
			}
		}
		return false
	})
	noNulls(t, all, ada.ticket(o.Ticket))
	jonas.offline()
	if err := jonas.api.SetAway("jonas", "", "", ""); err == nil {
		t.Error("back while nobody hears of it")
	}
}

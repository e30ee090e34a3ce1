package app_test

import (
	"testing"

	"docket/app"
)

// Who asked for it says how it was, offline too; the team reads it, and nothing
// of the ticket moves.
func TestHowItWas(t *testing.T) {
	_, elif, jonas, o := aTicket(t)
	if err := jonas.api.Reply(o.Ticket, "Mended.", []string{}, jonas.ticket(o.Ticket).LastSeq, "solved", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	until(t, "elif is asked", func() bool { v := elif.ticket(o.Ticket); return v.Can.Rate && v.Rating.Asked != "" })
	if v := jonas.ticket(o.Ticket); v.Can.Rate {
		t.Error("the team is asked")
	}
	elif.offline()
	if err := elif.api.Rate(o.Ticket, "good", "quick"); err != nil {
		t.Fatal(err)
	}
	if err := elif.api.Rate(o.Ticket, "splendid", ""); err == nil {
		t.Error("another answer was taken")
	}
	if v := elif.ticket(o.Ticket); v.Rating.Score != "good" || v.Row.Status != "solved" || v.Entries[len(v.Entries)-1].Line != "You were satisfied with how this went: quick" {
		t.Errorf("offline: %+v", v.Rating)
	}
	elif.line.mend()
	elif.live()
	until(t, "jonas reads it", func() bool { return jonas.ticket(o.Ticket).Rating.Score == "good" })
	v := jonas.ticket(o.Ticket)
	if v.Row.Status != "solved" || v.Rating.Comment != "quick" || v.Entries[len(v.Entries)-1].Line != "Elif Brandt was satisfied with how this went: quick" {
		t.Errorf("jonas: %s, %+v", v.Row.Status, v.Rating)
	}
	if err := jonas.api.Rate(o.Ticket, "good", ""); err == nil {
		t.Error("the team said how it was")
	}
}

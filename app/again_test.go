package app_test

import (
	"testing"

	"docket/app"
	"docket/app/desk"
)

// The same problem again is a draft with what the earlier request was about, and
// once sent both name each other.
func TestTheSameProblemAgain(t *testing.T) {
	_, elif, jonas, o := aTicket(t)
	if _, err := elif.api.SameAgain(o.Ticket); code(err) != desk.CodeInvalid || elif.ticket(o.Ticket).Can.Again {
		t.Errorf("what is open goes on: %v", err)
	}
	if err := jonas.api.Reply(o.Ticket, "Restart it.", nil, 99, "solved", app.Beside{}); err != nil {
		t.Fatal(err)
	}
	until(t, "it is solved", func() bool { v := elif.ticket(o.Ticket); return v.Can.Again && v.Resolution == "Restart it." })
	elif.offline()
	d, err := elif.api.SameAgain(o.Ticket)
	if err != nil {
		t.Fatal(err)
	}
	if d.Kind != "new" || d.Subject != "Shop is down" || d.Department != "hosting" || d.Org != "bakery" || d.Recurs != o.Ticket || d.Text != "" || d.Urgency != "normal" {
		t.Errorf("the draft: %+v", d)
	}
	if all, err := elif.api.Drafts(); err != nil || len(all) != 1 || all[0].Key != d.Key {
		t.Errorf("kept: %+v %v", all, err)
	}
	again := elif.opens(app.NewTicket{Draft: d.Key, Subject: d.Subject, Text: "It is back", Department: d.Department, Org: d.Org, Recurs: d.Recurs})
	elif.line.mend()
	elif.live()
	until(t, "both name each other", func() bool {
		a, b := jonas.ticket(o.Ticket), jonas.has(again.Ticket, "It is back")
		return b && len(a.Links) == 1 && a.Links[0].Kind == "recurred" && a.Links[0].Ticket == again.Ticket
	})
	if v := jonas.ticket(again.Ticket); len(v.Links) != 1 || v.Links[0].Kind != "recurs" {
		t.Errorf("the new one: %+v", v.Links)
	}
	noNulls(t, elif.ticket(o.Ticket))
}

package app_test

import "testing"

// A workaround is proposed, judged offline, and leaves the ticket to its fix;
// when it stops working the ticket is back.
func TestAWorkaroundIsJudged(t *testing.T) {
	_, elif, jonas, o := aTicket(t)
	if err := jonas.api.ProposeWorkaround(o.Ticket, "Use the other address"); err != nil {
		t.Fatal(err)
	}
	jonas.confirmed(o.Ticket, "Use the other address")
	until(t, "elif reads it", func() bool { return elif.ticket(o.Ticket).Workaround != nil })
	if v := elif.ticket(o.Ticket); !v.Can.Judge || v.Can.Workaround || v.Workaround.By != "Jonas Vos" || v.Row.Turn != "yours" {
		t.Errorf("elif: %+v %+v %q", v.Workaround, v.Can, v.Row.Turn)
	}
	elif.offline()
	if err := elif.api.JudgeWorkaround(o.Ticket, "works", ""); err != nil {
		t.Fatal(err)
	}
	if v := elif.ticket(o.Ticket); !v.Workaround.Pending || v.Row.Story != "You have a way around it; the fix is pending" {
		t.Errorf("offline: %+v %q", v.Workaround, v.Row.Story)
	}
	elif.line.mend()
	elif.live()
	until(t, "jonas reads that it works", func() bool { v := jonas.ticket(o.Ticket); return v.Workaround.Pending && v.Row.Status == "on_hold" })
	if err := elif.api.JudgeWorkaround(o.Ticket, "stopped", ""); err == nil {
		t.Error("stopped without a reason")
	}
	if err := elif.api.JudgeWorkaround(o.Ticket, "stopped", "It bounces"); err != nil {
		t.Fatal(err)
	}
	until(t, "it is back", func() bool { return jonas.ticket(o.Ticket).Row.Turn == "yours" })
	v := jonas.ticket(o.Ticket)
	line := ""
	for _, e := range v.Entries {
		if e.Kind == "judged" {
			line = e.Line
		}
	}
	if line != "Elif Brandt said that the workaround does not work any more: It bounces" {
		t.Errorf("the line: %q", line)
	}
	noNulls(t, v, elif.ticket(o.Ticket))
}

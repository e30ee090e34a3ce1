package app_test

import (
	"strings"
	"testing"
	"time"
)

// Work is planned with its risk, and approved offline by who asked.
func TestWorkIsPlannedAndApproved(t *testing.T) {
	_, elif, jonas, o := aTicket(t)
	from := time.Now().Add(50 * time.Hour).Truncate(time.Minute)
	if err := jonas.api.PlanWork(o.Ticket, "", from.Format(time.RFC3339), from.Add(time.Hour).Format(time.RFC3339), ""); err == nil {
		t.Error("planned without its risk")
	}
	if err := jonas.api.PlanWork(o.Ticket, "The shop stands still", from.Format(time.RFC3339), from.Add(time.Hour).Format(time.RFC3339), ""); err != nil {
		t.Fatal(err)
	}
	until(t, "elif is asked", func() bool { return elif.ticket(o.Ticket).Work != nil })
	v := elif.ticket(o.Ticket)
	if v.Work.Risk != "The shop stands still" || v.Work.By != "Jonas Vos" || v.Work.Past || !v.Wanted.Approval.Mine || v.Row.Turn != "yours" {
		t.Errorf("elif: %+v %+v %q", v.Work, v.Wanted.Approval, v.Row.Turn)
	}
	if v.Work.Approver != "elif" {
		t.Errorf("asked is %q", v.Work.Approver)
	}
	line := ""
	for _, e := range v.Entries {
		if e.Kind == "work" {
			line = e.Line
		}
	}
	if !strings.HasPrefix(line, "Jonas Vos planned this for ") || !strings.HasSuffix(line, ": The shop stands still. Elif Brandt is asked to approve it") {
		t.Errorf("the line: %q", line)
	}
	elif.offline()
	if err := elif.api.Approve(o.Ticket, true, ""); err != nil {
		t.Fatal(err)
	}
	elif.line.mend()
	elif.live()
	until(t, "jonas may do it", func() bool { return jonas.ticket(o.Ticket).Wanted.Approval.State == "approved" })
	noNulls(t, v, jonas.ticket(o.Ticket))
}

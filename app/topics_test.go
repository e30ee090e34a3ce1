package app_test

import (
	"slices"
	"strings"
	"testing"

	"docket/app"
	"docket/sync/cmd/docketd/runtest"
)

// topicDesk is the small desk with things a request can be about.
const topicDesk = runtest.Desk + `forms:
  - id: joins
    fields:
      - {id: who, label: Who is it, type: person, required: true}
      - {id: kind, label: Which computer, type: choice, required: true, options: [Laptop, Desktop]}
      - {id: model, label: Which model, when: {field: kind, is: Laptop}}
      - {id: disks, label: How many disks, type: number, when: {field: kind, is: Desktop}}
topics:
  - {id: web, name: Websites, department: hosting, priority: low}
  - id: people
    name: People
    department: billing
    topics:
      - {id: joins, name: Somebody joins, form: joins, type: request}
`

func answers(pairs ...string) []app.AnswerInfo {
	out := []app.AnswerInfo{}
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, app.AnswerInfo{Field: pairs[i], Value: pairs[i+1]})
	}
	return out
}

func about(topic string, f app.FormInfo, given []app.AnswerInfo) app.NewTicket {
	t := newTicket()
	t.Filed = app.Filed{Topic: topic, Form: f.Form, Version: f.Version, Answers: given}
	return t
}

// A form is asked and checked offline by the rules of the server; what was
// written under a topic that has a successor by then goes there, and its author
// is told.
func TestATopicAndItsFormOffline(t *testing.T) {
	srv := runtest.NewServer(t, topicDesk)
	elif, petra := newDesktop(t), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	petra.signIn(srv.URL, "petra")
	elif.offline()

	topics, err := elif.api.Topics()
	if err != nil || len(topics) != 3 || topics[2].Parent != "people" || topics[2].Department != "billing" || topics[2].Type != "request" {
		t.Fatalf("topics %+v, %v", topics, err)
	}
	f, err := elif.api.Form("joins", answers("kind", "Laptop"))
	if err != nil || len(f.Fields) != 3 || f.Fields[2].ID != "model" || !slices.Equal(f.Missing, []string{"Who is it"}) {
		t.Fatalf("%+v %v", f, err)
	}
	if f, err = elif.api.Form("joins", answers("who", "nina", "kind", "Desktop", "disks", "many")); err != nil || f.Fields[2].Wrong == "" || len(f.Missing) > 0 {
		t.Fatalf("%+v %v", f, err)
	}
	refused := func(want string, given []app.AnswerInfo) {
		t.Helper()
		if _, err := elif.api.OpenTicket(about("joins", f, given)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	refused("“Who is it” is missing", answers("kind", "Laptop"))
	refused("is not a number", answers("who", "nina", "kind", "Desktop", "disks", "many"))

	o := elif.opens(about("joins", f, answers("who", "nina", "kind", "Laptop", "model", "small")))
	said := func(v app.TicketView) string {
		var out []string
		for _, a := range v.Filed.Answers {
			out = append(out, a.Label+"="+a.Words)
		}
		return strings.Join(out, ", ")
	}
	const want = "Who is it=Nina Brandt, Which computer=Laptop, Which model=small"
	if v := elif.ticket(o.Ticket); said(v) != want || v.Filed.Name != "Somebody joins" || v.Type != "request" || v.DepartmentName != "Billing" {
		t.Errorf("offline: %s, %+v", said(v), v.Filed)
	}
	// Meanwhile it has a successor that asks for more.
	srv.Redeclare(strings.NewReplacer("form: joins, type: request}", "form: joins, type: request, retired: arrives}\n      - {id: arrives, name: Arrivals, form: joins, department: hosting, type: request}",
		"label: Which model,", "label: Which model exactly, required: true,").Replace(topicDesk))
	elif.line.mend()
	elif.live()
	elif.confirmed(o.Ticket, "It says 502.")
	v := elif.ticket(o.Ticket)
	last := v.Entries[len(v.Entries)-1]
	if said(v) != strings.Replace(want, "Which model=", "Which model exactly=", 1) || v.Filed.Topic != "arrives" || v.DepartmentName != "Hosting" ||
		last.Line != "“Somebody joins” is part of “Arrivals” now, so this went there" {
		t.Errorf("at the server: %s, %+v, %q", said(v), v.Filed, last.Line)
	}
	noNulls(t, v)
}

// What an emergency left open is filled in afterwards, and a draft keeps every
// answer, also those that are not asked at the moment.
func TestFillingInAfterwards(t *testing.T) {
	srv := runtest.NewServer(t, topicDesk)
	elif, petra := newDesktop(t), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	petra.signIn(srv.URL, "petra")
	f, err := elif.api.Form("joins", []app.AnswerInfo{})
	if err != nil {
		t.Fatal(err)
	}
	d, err := elif.api.SaveDraft(app.Draft{Kind: "new", Filed: app.Filed{Topic: "joins", Answers: answers("kind", "Laptop", "disks", "3")}})
	if err != nil || d.Filed.Topic != "joins" || len(d.Filed.Answers) != 2 {
		t.Errorf("draft %+v, %v", d.Filed, err)
	}
	n := about("joins", f, answers("kind", "Laptop"))
	n.Urgency = "emergency"
	o := elif.opens(n)
	elif.confirmed(o.Ticket, "It says 502.")
	until(t, "petra sees what is missing", func() bool {
		v, err := petra.api.Ticket(o.Ticket)
		return err == nil && len(v.Filed.Missing) == 1 && v.Filed.Missing[0].Label == "Who is it" && v.Can.Fill && v.Can.Topic
	})
	if err := elif.api.FillIn(o.Ticket, answers("who", "Somebody New")); err != nil {
		t.Fatal(err)
	}
	until(t, "petra reads it", func() bool {
		v := petra.ticket(o.Ticket)
		return len(v.Filed.Missing) == 0 && v.Entries[len(v.Entries)-1].Line == "Elif Brandt filled in Who is it: Somebody New"
	})
	if err := petra.api.SetTopic(o.Ticket, "web"); err != nil {
		t.Fatal(err)
	}
	until(t, "elif has another topic and all answers", func() bool {
		v := elif.ticket(o.Ticket)
		return v.Filed.Name == "Websites" && len(v.Filed.Answers) == 2 && !v.Can.Topic && v.Can.Fill
	})
}

// What is wanted has a list the team ticks, a day it is needed by, and somebody
// who approves it in the app, with name and time.
func TestWantedApprovedAndTicked(t *testing.T) {
	srv := runtest.NewServer(t, strings.NewReplacer("  - id: joins\n    fields:", "  - id: joins\n    approver: true\n    checklist: [{text: Mailbox}, {text: Dock, when: {field: kind, is: Laptop}}]\n    fields:",
		"form: joins, type: request}", "form: joins, type: request, lead: 72h, alerts: [24h]}").Replace(topicDesk))
	elif, nina, petra := newDesktop(t), newDesktop(t), newDesktop(t)
	elif.signIn(srv.URL, "elif")
	nina.signIn(srv.URL, "nina")
	petra.signIn(srv.URL, "petra")
	f, err := elif.api.Form("joins", answers("kind", "Laptop"))
	if err != nil || !f.Approver || f.Earliest == "" {
		t.Fatalf("%+v %v", f, err)
	}
	n := about("joins", f, answers("kind", "Laptop", "who", "nina"))
	n.Wanted = app.Wanted{NeededBy: f.Earliest[:4] + "-12-31"}
	if _, err := elif.api.OpenTicket(n); err == nil || !strings.Contains(err.Error(), "This has to be approved.") {
		t.Errorf("got %v", err)
	}
	n.Wanted.Approver = "nina"
	o := elif.opens(n)
	elif.confirmed(o.Ticket, "It says 502.")
	until(t, "nina is to approve it", func() bool {
		v, err := nina.api.Ticket(o.Ticket)
		return err == nil && v.Wanted.Approval.Mine
	})
	if v := elif.ticket(o.Ticket).Wanted; v.Approval.Mine || v.Tick || len(v.Checks) != 2 || v.Checks[1].Text != "Dock" || v.NeededBy != n.Wanted.NeededBy {
		t.Errorf("elif: %+v", v)
	}
	if err := nina.api.Approve(o.Ticket, true, "in the budget"); err != nil {
		t.Fatal(err)
	}
	until(t, "petra may tick", func() bool {
		v, err := petra.api.Ticket(o.Ticket)
		return err == nil && v.Wanted.Tick && v.Wanted.Approval.State == "approved"
	})
	if err := petra.api.Tick(o.Ticket, "Mailbox", true); err != nil {
		t.Fatal(err)
	}
	until(t, "elif sees how far it is", func() bool {
		v := elif.ticket(o.Ticket).Wanted
		return v.Checks[0].Done && v.Checks[0].Name == "Petra Smit" && v.Checks[0].At != "" && v.Approval.Name == "Nina Brandt" && v.Approval.Reason == "in the budget"
	})
	noNulls(t, elif.ticket(o.Ticket))
}

package policy_test

import (
	"strings"
	"testing"

	"docket/app/desk"
	"docket/app/desk/policy"
)

func TestFill(t *testing.T) {
	place := desk.Place{
		Departments: map[desk.DeptID]desk.Department{"mail": {ID: "mail", Name: "Mail & DNS"}},
		People:      map[desk.PersonID]desk.Person{"rita": {ID: "rita", Name: "Rita Vogt"}},
		Orgs:        map[desk.OrgID]desk.Organization{},
	}
	me := desk.Actor{Person: "ed", Name: "Ed Lund"}
	ticket := &desk.Ticket{Number: 572, Subject: "Odd {{me.name}}", Requester: "rita", Department: "mail"}
	d := desk.Desk{Name: "Veldhost", Phone: "+44"}
	for text, want := range map[string]string{
		"Hello {{requester.first}}, {{ticket.number}} is with {{ department.name }}.\n{{me.first}}, {{desk.name}} {{desk.phone}}": "Hello Rita, #5724 is with Mail & DNS.\nEd, Veldhost +44",
		// What is filled in is text and is not looked at again.
		"About {{ticket.subject}}": "About Odd {{me.name}}",
		"No gap, one } brace {":    "No gap, one } brace {",
	} {
		got, err := policy.Fill(desk.Macro{Title: "M", Text: text}, ticket, me, place, d)
		if err != nil || got != want {
			t.Errorf("%q: got %q, %v", text, got, err)
		}
	}
	for text, want := range map[string]string{
		"Dear {{organization.name}}": "names the organization, and this ticket has none",
		"{{assignee.first}} has it":  "names the owner, and this ticket has none",
		"Dear {{requester.age}}":     "names {{requester.age}}, which this version does not know",
		"Dear {{requester.name":      "has an opening {{ without its }}",
	} {
		got, err := policy.Fill(desk.Macro{Title: "M", Text: text}, ticket, me, place, d)
		if err == nil || got != "" || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %q, %v", text, got, err)
		}
	}
	ticket.Number = 0
	if _, err := policy.Fill(desk.Macro{Title: "M", Text: "{{ticket.number}}"}, ticket, me, place, d); err == nil || !strings.Contains(err.Error(), "the number, and this ticket has none") {
		t.Errorf("without a number: %v", err)
	}
}
